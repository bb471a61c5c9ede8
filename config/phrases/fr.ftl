### Every sentence a patient reads, other than instruments. US grade 6 or below.
### Lists (command-*, word-*) are words people type, separated by commas.

language-name = Français

## Where one is
progress = { $n } sur { $of }
greeting = Bonjour. Votre équipe soignante aimerait avoir de vos nouvelles avant votre rendez-vous. Ainsi, vous pourrez consacrer ce temps ensemble à ce qui compte pour vous.
greeting-length =
    { $items ->
        [one] Il y a { $items } question courte.
       *[other] Il y a { $items } questions courtes au maximum.
    } Cela prend environ { $minutes ->
        [one] { $minutes } minute
       *[other] { $minutes } minutes
    }.
greeting-free = Vous pouvez passer une question, arrêter à tout moment et revenir plus tard. Chaque réponse est enregistrée au fur et à mesure.
not-watched = Personne ne lit ces réponses jour et nuit. En cas d'urgence, appelez le numéro d'urgence de votre région.
welcome-back =
    { $left ->
        [0] Bonjour à nouveau. Vous avez répondu à toutes les questions.
        [one] Bonjour à nouveau. Il reste { $left } question.
       *[other] Bonjour à nouveau. Il reste { $left } questions.
    }

## Answering
answer-yes = Oui
answer-no = Non
hint-number = Écrivez un nombre de { $min } à { $max }.
hint-multiple = Vous pouvez choisir plusieurs réponses. Par exemple : 1, 3
hint-date = Écrivez la date sous la forme année-mois-jour. Par exemple : 2026-01-31
hint-text = Répondez avec vos propres mots, en { $max } caractères au maximum.
hint-several = Répondez aux { $count } questions dans un seul message et dans cet ordre. Par exemple : { $example }
team-question = Une question de votre équipe soignante :
team-question-language = Elle est écrite dans une autre langue. Vous pouvez répondre dans la vôtre.
understood = Voici ce que j'ai compris :
review = Vos réponses jusqu'ici :
not-answered = pas de réponse
skipped = je préfère ne pas répondre
nothing = rien

## When a reply was not taken
sorry-empty = Je n'ai pas reçu de réponse. Merci d'essayer encore une fois.
sorry-unclear = Pardon, je n'ai pas compris. Choisissez l'une des réponses ci-dessous, s'il vous plaît. Vous pouvez écrire son numéro ou ses mots.
sorry-unclear-again = Pardon, je n'ai toujours pas compris. Vous pouvez écrire seulement le numéro de la réponse, ou "passer" pour laisser cette question de côté.
sorry-ambiguous = Cela peut vouloir dire plusieurs choses, et je ne veux pas deviner. Envoyez une seule réponse, s'il vous plaît.
sorry-disagrees = Le numéro et les mots ne vont pas ensemble. Envoyez seulement le numéro ou seulement les mots, s'il vous plaît.
sorry-not-offered = Ce numéro ne fait pas partie des réponses. Choisissez l'un de ceux-ci, s'il vous plaît : { $handles }.
sorry-out-of-range = Cela dépasse les limites. Envoyez une valeur de { $min } à { $max }, s'il vous plaît.
sorry-not-whole = Envoyez un nombre entier, s'il vous plaît.
sorry-not-a-number = Envoyez un nombre, s'il vous plaît.
sorry-not-a-date = Envoyez une date sous la forme année-mois-jour, s'il vous plaît. Par exemple : 2026-01-31
sorry-too-long = Merci pour tout ce que vous nous avez écrit. Il y a de la place pour { $max } caractères, et votre texte en compte { $chars }. Envoyez un texte plus court, s'il vous plaît. D'ici là, rien n'est perdu.
sorry-count =
    Il y a { $wanted } questions, mais { $found ->
        [0] je n'ai trouvé aucune réponse
        [one] j'ai trouvé { $found } réponse
       *[other] j'ai trouvé { $found } réponses
    }. Envoyez une réponse pour chaque question, dans l'ordre, s'il vous plaît.

## What can be asked for
nothing-before = C'est la première question.
no-such-answer = Il n'y a pas encore de réponse numéro { $number }.
help = Vous pouvez répondre par un numéro ou par des mots. Aucune réponse n'est mauvaise.
help-words = Vous pouvez aussi écrire : "retour" pour la question précédente, "passer" pour laisser une question de côté, "réponses" pour voir ce que vous avez répondu, "changer 3" pour changer la réponse 3, "pause" pour continuer plus tard, "langue en" pour l'anglais, "pas cette fois" si vous ne voulez pas répondre pour ce rendez-vous, "pas moi" si ce message n'est pas pour vous, "arrêt" pour ne plus recevoir de messages.
paused = D'accord. Vos réponses sont enregistrées. Vous pouvez revenir à tout moment avant votre rendez-vous.
declined = Pas de problème. Nous ne vous demanderons plus rien pour ce rendez-vous. Si vous changez d'avis, il suffit de revenir.
stopped = Vous ne recevrez plus de messages de notre part. Votre rendez-vous est maintenu.
not-me = Merci de nous l'avoir dit. Nous avons mis les réponses de côté et nous allons prévenir le centre de soins. Ici, nous ne vous poserons plus de questions.
completed = Merci. C'est terminé. Votre équipe soignante verra vos réponses avant votre rendez-vous.
completed-change = Jusqu'à votre rendez-vous, vous pouvez encore changer une réponse : écrivez "réponses" pour les voir et "changer 3" pour changer la réponse 3.
elsewhere = Les questions suivantes sont confidentielles. Merci d’y répondre sur la page web : utilisez le lien de votre invitation.
language-set = À partir de maintenant, en français.
language-unknown = Je parle anglais, espagnol, allemand, français et arabe.
language-which = Quelle langue préférez-vous ? Je parle { $languages }. Écrivez "langue" et son nom. Par exemple : "langue English"

command-stop = arrêt, arrêter, arrêtez, stop, fin, annuler, désabonner, me désabonner, désinscrire, me désinscrire, plus aucun message, arrêter tous les messages
command-back = retour, revenir, en arrière, précédent, précédente, question précédente
command-skip = passer, je préfère ne pas répondre, préfère ne pas répondre, je ne veux pas répondre, je passe, sauter
command-pause = pause, plus tard, pas maintenant, continuer plus tard
command-resume = continuer, reprendre, commencer, bonjour, bonsoir, salut
command-help = aide, menu, info, infos
command-review = réponses, mes réponses, voir mes réponses, relire
command-decline = pas cette fois, pas cette fois-ci, je ne veux pas répondre pour ce rendez-vous, je ne veux pas participer
command-not-me = pas moi, ce n'est pas moi, c'est pas moi, mauvaise personne
command-change = changer, modifier, corriger
command-language = langue
word-filler = option, réponse, numéro, num, n, choix, c'est, ce, est, mon, ma, la, le, l'option, environ, je, choisis, prends, dis, dirais
word-nothing = non, rien, aucun, aucune, rien d'autre, rien de plus, rien à ajouter, non merci, c'est tout, ce sera tout, sans objet
word-numbers = zéro, un, deux, trois, quatre, cinq, six, sept, huit, neuf, dix

## In a chat
chat-stranger = Bonjour. Je peux seulement aider les personnes qui viennent avec un lien de leur centre de soins. Ouvrez le lien dans le message de votre centre de soins, s'il vous plaît.
chat-code-unknown = Ce lien a déjà été utilisé ou est trop ancien. Ouvrez le message le plus récent de votre centre de soins ou répondez sur la page web, s'il vous plaît.
chat-year = Pour que les réponses restent privées, écrivez l'année de naissance de la personne qui a rendez-vous, s'il vous plaît. Quatre chiffres. Par exemple : 1960
chat-locked = Il y a eu trop d'essais. Demandez un nouveau lien à votre centre de soins, s'il vous plaît.
chat-who = Merci. Qui va répondre ici ?
chat-who-self = Je réponds pour moi
chat-who-helped = Je réponds avec un peu d'aide
chat-who-proxy = Je réponds pour une autre personne
chat-consent = Lisez d'abord ceci, s'il vous plaît. Telegram est une entreprise extérieure à votre centre de soins. Ce que vous écrivez ici est gardé sur ses ordinateurs, et toute personne qui peut ouvrir cette discussion peut le lire. Les questions portent sur votre santé. À la place, vous pouvez utiliser à tout moment la page web de votre centre de soins.
chat-consent-ask = Voulez-vous répondre ici, dans Telegram ?
chat-consent-again = Vous nous avez demandé de ne plus vous envoyer de messages. Si vous acceptez ci-dessous, nous vous écrirons à nouveau ici.
chat-agree = Oui, j'accepte
chat-disagree = Non, pas ici
chat-joined = Merci. Vous pouvez maintenant répondre ici. Pour arrêter à tout moment, écrivez "arrêt".
chat-refused = Pas de problème. Nous ne vous enverrons plus rien ici. Utilisez la page web, s'il vous plaît : le lien est dans le message de votre centre de soins.
chat-refused-for = C’est entendu. Rien ne vous sera envoyé ici pour cette visite. Pour les autres, tout continue comme avant.
chat-whom = De qui s'agit-il ?
chat-whom-name = { $name }, rendez-vous du { $date }
chat-switch = Une autre personne
chat-no-visit = Merci. Il n'y a pas de question pour le moment. Nous vous écrirons avant votre prochain rendez-vous.
chat-unreadable = Merci, mais je peux seulement lire du texte. Écrivez votre réponse ou appuyez sur un bouton, s'il vous plaît.
chat-edited = Vous avez modifié un message déjà envoyé. Cela ne change pas votre réponse. Pour changer une réponse, écrivez "réponses".
chat-ahead = Vous avez écrit cela avant que je pose cette question. Merci d'y répondre maintenant :
chat-stale = Vous avez déjà répondu à cela. Pour changer votre réponse, écrivez "réponses".
chat-gone = Ce bouton ne sert plus. Veuillez répondre à la dernière question.
chat-trouble = Il y a eu un problème. C'est notre faute, pas la vôtre. Ce que vous avez répondu avant est enregistré. Merci d'essayer encore une fois.
chat-languages = Quelle langue préférez-vous ?
chat-elsewhere = Les questions suivantes sont confidentielles. Merci d'y répondre sur la page web. Ce que vous avez répondu ici est enregistré, et la page continue à partir de là.
chat-elsewhere-self = Merci. Seule la personne qui a la visite peut répondre aux prochaines questions. Elle peut le faire sur la page web, avec le lien de la clinique. Vos réponses ici sont gardées.
chat-page = Ouvrir la page web
chat-done = Terminé
chat-review = Pour changer une réponse, appuyez sur le crayon avec son numéro ou écrivez "changer 3".
chat-begin = Commencer
chat-minutes = Cela prend environ { $minutes ->
        [one] { $minutes } minute
       *[other] { $minutes } minutes
    }. Vous pouvez répondre ici même.
chat-stop = Pour ne plus recevoir de messages, écrivez "arrêt".
about-back = La question précédente
about-skip = Laisser une question de côté
about-answers = Voir et changer vos réponses
about-pause = Continuer plus tard
about-language = Une autre langue
about-help = Ce que vous pouvez faire ici
about-stop = Plus aucun message
command-languages = langue, langues, autre langue, une autre langue, changer de langue
command-whom = une autre personne, autre personne, quelqu'un d'autre, changer de personne
command-help-now = j'ai besoin d'aide maintenant, besoin d'aide maintenant, aide maintenant
command-safe-for-now = je suis en sécurité pour le moment, en sécurité pour le moment, je suis en sécurité

## Dates
date = { $day } { $month } { $year }
months = janvier, février, mars, avril, mai, juin, juillet, août, septembre, octobre, novembre, décembre

## Messages that go out
mail-subject = Avant votre rendez-vous du { $date }
mail-subject-reminder = Rappel avant votre rendez-vous du { $date }
mail-hello = Bonjour,
mail-invitation = Vous avez un rendez-vous le { $date } à { $time }. Avant votre venue, nous aimerions vous poser quelques questions. Vos réponses vous aident, vous et votre équipe soignante, à consacrer ce temps à ce qui compte pour vous.
mail-reminder = Vous avez un rendez-vous le { $date } à { $time }. Vous avez encore le temps de répondre à quelques questions avant de venir.
mail-last-reminder = Votre rendez-vous est le { $date } à { $time }. Si vous le voulez, vous pouvez encore répondre à quelques questions avant de venir. C'est la dernière fois que nous vous le demandons.
mail-button = Répondre aux questions
mail-about = Cela prend environ { $minutes ->
        [one] { $minutes } minute
       *[other] { $minutes } minutes
    }. Vous n'avez pas besoin de compte. Pour vérifier que c'est bien vous, nous vous demanderons votre année de naissance.
mail-link-plain = Ouvrez ce lien :
mail-telegram = Si vous préférez répondre dans Telegram, ouvrez plutôt ce lien :
mail-private = Ce lien est pour vous seulement. Merci de ne pas le partager.
mail-stop = Pour ne plus recevoir de messages, ouvrez le lien et choisissez "Arrêter tous les messages".
mail-clinic = Votre centre de soins

## Répondre par e-mail
mail-subject-plain = À propos de votre e-mail
mail-marker = Écrivez votre réponse au-dessus de cette ligne
mail-first = La première question est ci-dessous. Pour y répondre, répondez simplement à cet e-mail.
mail-start = Vous pouvez aussi répondre par e-mail : répondez avec le mot "commencer" et la première question viendra par e-mail.
mail-warning = L’e-mail n’est pas aussi privé que notre page. Les entreprises de messagerie, et toute personne qui peut ouvrir votre boîte, peuvent le lire. Les questions portent sur votre santé. Si vous répondez, vous acceptez de continuer par e-mail. Si vous préférez que non, utilisez le lien.
mail-how = Pour répondre, répondez à cet e-mail. Écrivez votre réponse tout en haut.
mail-change = Pour changer une réponse, répondez "changer 3" avec son numéro. Répondez "réponses" pour les voir toutes.
mail-page = Vous pouvez aussi continuer sur la page web. Vos réponses y sont gardées :
mail-end = Pour ne plus recevoir de messages, répondez "stop".
mail-stale = Vous avez déjà répondu à cette question. Pour changer, répondez "réponses".
mail-ahead = Cette question attend votre réponse :
mail-unreadable = Merci, mais nous ne pouvons pas ouvrir d’images ni de fichiers. Écrivez votre réponse en texte.
mail-stranger = Merci pour votre e-mail. Nous n’avons pas pu l’utiliser. Répondez depuis l’adresse où notre e-mail est arrivé, ou ouvrez le lien de cet e-mail. Si vous avez besoin d’aide, appelez la clinique.
page-unsubscribe-title = Arrêter tous les messages ?
page-unsubscribe = Si vous appuyez sur le bouton, nous ne vous enverrons plus de messages. Votre visite reste prévue.
page-no-mail = Ouvrez l’e-mail le plus récent de votre clinique, ou appelez-la.

## Pages
page-title = Avant votre rendez-vous
page-language = Langue
page-check-title = Est-ce bien vous ?
page-check-why = Pour que vos réponses restent privées, indiquez votre année de naissance, s'il vous plaît.
page-check-year = Année de naissance
page-check-hint = Quatre chiffres. Par exemple : 1960
page-check-button = Continuer
page-check-wrong = Cela ne correspond pas aux données du centre de soins. Merci d'essayer encore une fois.
page-check-locked = Il y a eu trop d'essais. Attendez 15 minutes et essayez encore une fois, s'il vous plaît, ou appelez votre centre de soins.
page-gone-title = Ce lien ne marche plus
page-gone = Le lien est peut-être ancien ou incomplet. Ouvrez le message le plus récent de votre centre de soins ou appelez-le, s'il vous plaît.
page-expired-title = Ouvrez votre lien à nouveau, s'il vous plaît
page-expired = Pour protéger vos réponses, cette page s’est fermée. Ce que vous aviez enregistré est conservé ; ce que vous avez écrit en dernier ne l’est pas. Ouvrez le lien de votre message pour continuer.
page-begin-title = Bienvenue
page-begin = Commencer
page-go-on = Continuer
page-next = Enregistrer et continuer
page-back = Retour
page-skip = Je préfère ne pas répondre
page-nothing = Je n’ai rien à ajouter
page-pause = Continuer plus tard
page-help = Aide
page-answers = Mes réponses
page-change = Changer
page-more = Autres choix
page-stop = Arrêter tous les messages
page-decline = Je ne veux pas répondre pour ce rendez-vous
page-not-me = Ce n'est pas moi
page-many = Vous pouvez en choisir plusieurs.
page-chars-left = caractères restants
page-required = Choisissez une réponse ou "{ page-skip }", s'il vous plaît.
page-paused-title = À plus tard
page-declined-title = D'accord
page-stopped-title = Plus aucun message
page-not-me-title = Merci
page-completed-title = Merci
page-completed-review = Vos réponses
page-completed-change = Vous pouvez encore changer une réponse jusqu'à votre rendez-vous.
page-error-title = Il y a eu un problème
page-error = C'est notre faute, pas la vôtre. Ce que vous avez répondu avant est enregistré. Merci d'essayer encore une fois.
page-too-large = Ce texte est trop long pour nous. Ce que vous avez répondu avant est enregistré. Envoyez un texte plus court, s'il vous plaît.
page-sure = Confirmez-vous ?
page-yes-stop = Oui, arrêter tous les messages
page-yes-decline = Oui, pas pour ce rendez-vous
page-yes-not-me = Oui, ce n'est pas moi
page-no-back = Non, revenir
page-telegram = Répondre dans Telegram
page-telegram-how = Ce lien ouvre une discussion avec nous dans Telegram. Il marche une seule fois. Là, nous demanderons à nouveau l'année de naissance.
page-telegram-open = Ouvrir Telegram

## On paper
paper-title = Avant votre consultation
paper-intro = Merci de prendre ce temps. Vos réponses vous aident, vous et votre équipe de soins, à consacrer la consultation à ce qui compte pour vous. Aucune réponse n’est fausse.
paper-how = Utilisez un stylo. Cochez la case qui convient le mieux ou écrivez sur les lignes. Pour changer une réponse, barrez-la et cochez une autre case. Vous pouvez laisser toute question de côté.
paper-hand-in = Apportez ce formulaire à votre consultation et remettez-le.
paper-not-watched = Personne ne lit ce formulaire avant que vous le remettiez. En cas d’urgence, appelez votre numéro d’urgence local.
paper-name = Nom
paper-birth-date = Date de naissance
paper-visit = Consultation
paper-filled-in = Rempli le
paper-code = Code
paper-who = Qui a rempli ce formulaire ?
paper-recall = Les questions portent sur cette période : { $period }.
paper-only = Répondez ici seulement si { $condition }.
paper-and = { $first } et { $second }
paper-or = { $first } ou { $second }
paper-if-answered = vous avez répondu à la question { $n }
paper-if-empty = vous avez laissé la question { $n } vide
paper-if-is = votre réponse à la question { $n } est { $answers }
paper-if-not = votre réponse à la question { $n } n’est pas { $answers }
paper-if-more = votre réponse à la question { $n } est plus de { $answers }
paper-if-less = votre réponse à la question { $n } est moins de { $answers }
paper-if-at-least = votre réponse à la question { $n } est { $answers } ou plus
paper-if-at-most = votre réponse à la question { $n } est { $answers } ou moins
paper-only-women = Cette question est pour les femmes.
paper-only-men = Cette question est pour les hommes.
paper-answer-to = Ce que vous avez écrit à la question { $n }
paper-about = Il s’agit de ce que vous avez écrit à la question { $n }.
paper-many = Vous pouvez cocher plusieurs cases.
paper-number = Écrivez un nombre de { $min } à { $max }.
paper-day = Jour
paper-month = Mois
paper-year = Année
paper-lines = Lignes pour écrire
paper-boxes = Cases pour un nombre
paper-scale = Cases de 0 à 10. 0 veut dire : { $low }. 10 veut dire : { $high }.
paper-end = Merci. C’était la dernière question.

## The patient's own copy
page-copy = Voir votre copie
page-copy-pdf = Votre copie en PDF, à garder ou à imprimer
copy-title = Votre propre exemplaire
copy-for = Ce que vous nous avez dit avant votre consultation du { $date }
copy-for-visit = Ce que vous nous avez dit avant votre consultation
copy-yours = Cet exemplaire est à vous. Vous décidez qui le voit.
copy-matters = Ce qui compte pour vous
copy-no-topics = Vous n’avez pas nommé de sujet.
copy-wishes = Ce que vous souhaitez pour la consultation
copy-team = Questions de votre équipe de soins
copy-scores = Vos propres valeurs d’avant
copy-scores-note = Un nombre seul dit peu de choses. Parlez-en avec votre équipe de soins.
copy-empty = Vous n’avez pas encore répondu à une question.
chart-higher-harder = Un nombre plus élevé veut dire que c’était plus difficile pour vous.
chart-higher-easier = Un nombre plus élevé veut dire que cela allait mieux pour vous.
chart-in-words = { $name }, sur une échelle de { $low } à { $high }. { $direction } { $points }.
chart-point = { $date } : { $value }

## The web door
page-check-why-date = Pour que vos réponses restent privées, indiquez le jour de votre naissance, s'il vous plaît.
page-check-birth = Date de naissance
page-check-day = Jour
page-check-month = Mois
page-check-in-year = Année
page-check-hint-date = En chiffres. Par exemple : 31 1 1960
page-check-unclear = Écrivez votre année de naissance avec quatre chiffres, s'il vous plaît. Par exemple : 1960
page-check-unclear-date = Écrivez le jour, le mois et l'année en chiffres, s'il vous plaît. Par exemple : 31 1 1960
page-check-locked-long = Il y a eu trop d'essais. Essayez encore une fois plus tard, ou appelez votre centre de soins.
page-again-title = Est-ce toujours vous ?
page-again-why = Cette page est restée ouverte longtemps. Pour que vos réponses restent privées, dites-nous encore une fois quand vous êtes né(e), s'il vous plaît.
page-again-kept = Rien de ce que vous avez écrit n'est perdu.
page-expired-typed = Voici ce que vous avez écrit. Ce n'est pas enregistré. Vous pouvez le copier :
page-expired-cookies = Cette page revient sans cesse ? Alors votre navigateur bloque les cookies. Il nous faut un petit cookie pour savoir que c'est vous. Autorisez les cookies pour cette page, ou appelez votre centre de soins.
page-cookies-title = Il nous faut un petit cookie
page-cookies = Votre navigateur n'a pas gardé notre cookie. Nous ne pouvons donc pas savoir que c'est vous. Autorisez les cookies pour cette page, ou prenez un autre navigateur. Ensuite, ouvrez votre lien à nouveau. Vous pouvez aussi appeler votre centre de soins.
page-review-title = Est-ce que tout est juste ?
page-review = Regardez encore une fois vos réponses, s'il vous plaît. Elles sont enregistrées. Vous pouvez encore changer chacune d'elles.
page-review-done = Oui, j'ai terminé
page-stale-title = Quelle réponse est la bonne ?
page-stale = Cette question a reçu une réponse ailleurs pendant que cette page était ouverte.
page-stale-there = La réponse donnée ailleurs
page-stale-keep = Garder cette réponse
page-stale-here = La réponse de cette page
page-stale-use = Prendre cette réponse
page-sure-stop = Vous ne recevrez plus de messages de notre part. Votre rendez-vous reste comme prévu.
page-sure-decline = Nous ne demanderons plus rien pour ce rendez-vous. Si vous changez d'avis, revenez simplement.
page-sure-not-me = Nous mettrons les réponses de côté et nous préviendrons le centre de soins. Rien d'autre ne sera demandé ici.
page-chars-over = caractères en trop
page-help-how = Choisissez une réponse ou écrivez-la. Appuyez ensuite sur « { page-next } ». Aucune réponse n'est fausse.
page-help-skip = Vous n'avez pas à répondre à tout. Pour laisser une question, appuyez sur « { page-skip } ».
page-help-keys = Avec un clavier, vous pouvez taper le numéro d'une réponse, puis Entrée.
page-help-leave = Chaque réponse est enregistrée. Vous pouvez fermer cette page à tout moment. Pour continuer, ouvrez le lien de votre message.

## The tablet at the clinic
kiosk-title = Tapez votre code, s'il vous plaît
kiosk-why = Vous recevez le code à l'accueil.
kiosk-code = Code
kiosk-wrong = Ce code ne marche pas. Regardez-le encore une fois, ou demandez-en un autre à l'accueil.
kiosk-wait = Trop de codes ont été essayés. Attendez quelques minutes, ou demandez à l'accueil.
kiosk-still = Êtes-vous toujours là ?
kiosk-closes = Pour que vos réponses restent privées, cette page va bientôt se fermer. Vos réponses sont enregistrées.
kiosk-stay = Je suis toujours là
kiosk-leave = Terminer et rendre la tablette
kiosk-end-title = Merci
kiosk-end = Rendez la tablette, s'il vous plaît. Rien de ce que vous avez écrit n'y reste.
kiosk-closed-title = Cette page s'est fermée
kiosk-closed = Elle n'a pas servi pendant un moment. Vos réponses sont enregistrées. Pour continuer, demandez un nouveau code à l'accueil.
kiosk-next = Taper un nouveau code

## From the care team
note-subject = Au sujet de votre rendez-vous du { $date }
note-was-read = Votre équipe de soins a lu ce que vous avez répondu pour votre rendez-vous du { $date }.
note-here = Votre équipe de soins vous a écrit au sujet de votre rendez-vous du { $date } :
note-behind-link = Votre équipe de soins vous a écrit au sujet de votre rendez-vous du { $date }. Vous pouvez le lire sur votre page.
note-open = Le lire sur votre page
page-team-title = De votre équipe de soins
page-team-read = Votre équipe de soins a ouvert vos réponses le { $date }.
page-team-not-read = Votre équipe de soins n’a pas encore ouvert vos réponses.
page-team-tell = Prévenez-moi quand mes réponses sont lues
page-team-will-tell = Nous vous enverrons un message quand votre équipe de soins aura lu vos réponses.
page-team-tell-not = Ne me prévenez pas
page-team-no-reply = Vous ne pouvez pas répondre ici. Si cela ne peut pas attendre, appelez le cabinet.
page-team-back = Retour à vos réponses
chat-tell-me = Prévenez-moi quand c’est lu
chat-will-tell = D’accord. Nous vous dirons ici quand votre équipe de soins aura lu vos réponses.
chat-was-read = Votre équipe de soins a lu vos réponses.

# After an answer that may need somebody at once, where it was given and nowhere else. The clinic's own local
# numbers follow crisis-call.
crisis-title = Veuillez d’abord lire ceci
crisis-thanks = Merci de nous l’avoir dit. C’est important.
crisis-call = Si vous risquez de vous faire du mal ou si vous êtes en danger, ne nous attendez pas. Appelez maintenant :
crisis-say = Vous pouvez aussi nous dire comment vous allez maintenant :
crisis-help = J’ai besoin d’aide maintenant
crisis-safe = Je suis en sécurité pour le moment
help-called = Nous prévenons la personne de garde du centre que vous avez besoin d’aide maintenant. Ne l’attendez pas si vous êtes en danger.
help-not-called = Nous ne pouvons prévenir personne au centre tout de suite. N’attendez pas de réponse : si vous êtes en danger, appelez maintenant le numéro d’urgence de votre région.
safe-for-now = Merci. Nous avons noté que vous êtes en sécurité pour le moment. Une personne du centre verra votre réponse.
not-now = Les questions restantes ne peuvent pas être posées pour le moment. Vos réponses sont conservées ; merci de revenir plus tard.
