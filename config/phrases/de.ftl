### Every sentence a patient reads, other than instruments. US grade 6 or below.
### Lists (command-*, word-*) are words people type, separated by commas.

language-name = Deutsch

## Where one is
progress = { $n } von { $of }
greeting = Guten Tag. Ihr Behandlungsteam möchte vor Ihrem Termin gern von Ihnen hören. So können Sie die gemeinsame Zeit für das nutzen, was Ihnen wichtig ist.
greeting-length =
    { $items ->
        [one] Es gibt { $items } kurze Frage.
       *[other] Es gibt bis zu { $items } kurze Fragen.
    } Das dauert etwa { $minutes ->
        [one] { $minutes } Minute
       *[other] { $minutes } Minuten
    }.
greeting-free = Sie können jede Frage auslassen, jederzeit aufhören und später wiederkommen. Jede Antwort wird sofort gespeichert.
not-watched = Niemand liest diese Antworten rund um die Uhr. Rufen Sie im Notfall die Notrufnummer an Ihrem Ort an.
welcome-back =
    { $left ->
        [0] Willkommen zurück. Sie haben alles beantwortet.
        [one] Willkommen zurück. Es ist noch { $left } Frage offen.
       *[other] Willkommen zurück. Es sind noch { $left } Fragen offen.
    }

## Answering
answer-yes = Ja
answer-no = Nein
hint-number = Schreiben Sie eine Zahl von { $min } bis { $max }.
hint-multiple = Sie können mehr als eine Antwort wählen. Zum Beispiel: 1, 3
hint-date = Schreiben Sie das Datum als Jahr-Monat-Tag. Zum Beispiel: 2026-01-31
hint-text = Antworten Sie in Ihren eigenen Worten, mit höchstens { $max } Zeichen.
hint-several = Beantworten Sie alle { $count } Fragen in einer Nachricht und in dieser Reihenfolge. Zum Beispiel: { $example }
team-question = Eine Frage von Ihrem Behandlungsteam:
team-question-language = Sie ist in einer anderen Sprache geschrieben. Sie können in Ihrer Sprache antworten.
understood = Das habe ich verstanden:
review = Ihre Antworten bis jetzt:
not-answered = nicht beantwortet
skipped = möchte nicht antworten
nothing = nichts

## When a reply was not taken
sorry-empty = Ich habe keine Antwort bekommen. Bitte versuchen Sie es noch einmal.
sorry-unclear = Das habe ich leider nicht verstanden. Bitte wählen Sie eine der Antworten unten. Sie können die Nummer oder die Worte schreiben.
sorry-unclear-again = Das habe ich leider immer noch nicht verstanden. Schreiben Sie einfach nur die Nummer der Antwort. Oder schreiben Sie "überspringen", um diese Frage auszulassen.
sorry-ambiguous = Das kann mehr als eine Sache bedeuten, und ich möchte nicht raten. Bitte senden Sie nur eine Antwort.
sorry-disagrees = Die Zahl und die Worte passen nicht zusammen. Bitte senden Sie nur die Zahl oder nur die Worte.
sorry-not-offered = Diese Zahl gehört zu keiner Antwort. Bitte wählen Sie eine von diesen: { $handles }.
sorry-out-of-range = Das passt hier leider nicht. Bitte senden Sie einen Wert von { $min } bis { $max }.
sorry-not-whole = Bitte senden Sie eine ganze Zahl.
sorry-not-a-number = Bitte senden Sie eine Zahl.
sorry-not-a-date = Bitte senden Sie ein Datum als Jahr-Monat-Tag. Zum Beispiel: 2026-01-31
sorry-too-long = Danke, dass Sie uns so viel erzählen. Hier ist Platz für { $max } Zeichen, und Ihr Text hat { $chars }. Bitte senden Sie einen kürzeren Text. Bis dahin geht nichts verloren.
sorry-count =
    Es sind { $wanted } Fragen, aber ich habe { $found ->
        [0] keine Antwort
        [one] nur { $found } Antwort
       *[other] { $found } Antworten
    } gefunden. Bitte senden Sie für jede Frage eine Antwort, der Reihe nach.

## What can be asked for
nothing-before = Das ist die erste Frage.
no-such-answer = Es gibt noch keine Antwort mit der Nummer { $number }.
help = Sie können mit einer Zahl oder mit Worten antworten. Keine Antwort ist falsch.
help-words = Sie können auch schreiben: "zurück" für die Frage davor, "überspringen", um eine Frage auszulassen, "antworten", um Ihre Antworten zu sehen, "ändern 3", um Antwort 3 zu ändern, "pause", um später weiterzumachen, "sprache en" für Englisch, "diesmal nicht", wenn Sie für diesen Termin nicht antworten möchten, "nicht ich", wenn das nicht für Sie ist, "stopp", um keine Nachrichten mehr zu bekommen.
paused = In Ordnung. Ihre Antworten sind gespeichert. Sie können vor Ihrem Termin jederzeit wiederkommen.
declined = Das ist in Ordnung. Für diesen Termin fragen wir nicht noch einmal. Wenn Sie es sich anders überlegen, kommen Sie einfach wieder.
stopped = Sie bekommen von uns keine Nachrichten mehr. Ihr Termin bleibt wie geplant.
not-me = Danke, dass Sie uns das sagen. Wir haben die Antworten beiseitegelegt und geben der Klinik Bescheid. Hier werden Sie nichts mehr gefragt.
completed = Vielen Dank. Das war alles. Ihr Behandlungsteam sieht Ihre Antworten vor Ihrem Termin.
completed-change = Bis zu Ihrem Termin können Sie noch eine Antwort ändern: Schreiben Sie "antworten", um Ihre Antworten zu sehen, und "ändern 3", um Antwort 3 zu ändern.
elsewhere = Die nächsten Fragen sind vertraulich. Bitte beantworten Sie sie auf der Webseite: mit dem Link aus Ihrer Einladung.
language-set = Ab jetzt auf Deutsch.
language-unknown = Ich spreche Englisch, Spanisch, Deutsch, Französisch und Arabisch.
language-which = Welche Sprache möchten Sie? Ich spreche { $languages }. Schreiben Sie "sprache" und ihren Namen. Zum Beispiel: "sprache English"

command-stop = stopp, stop, ende, beenden, abmelden, abbrechen, abbestellen, alles stoppen, keine nachrichten mehr, alle nachrichten stoppen
command-back = zurück, zurueck, geh zurück, vorherige, vorherige frage, vorige frage, frage davor
command-skip = überspringen, ueberspringen, ich möchte nicht antworten, ich moechte nicht antworten, möchte nicht antworten, auslassen, frage auslassen
command-pause = pause, später, spaeter, jetzt nicht, später weiter, später weitermachen
command-resume = weiter, weitermachen, fortsetzen, start, starten, anfangen, beginnen, hallo, guten tag, guten morgen, guten abend
command-help = hilfe, menü, menue, info, infos
command-review = antworten, meine antworten, antworten ansehen, übersicht, uebersicht
command-decline = diesmal nicht, dieses mal nicht, ich möchte für diesen termin nicht antworten, ich möchte nicht teilnehmen
command-not-me = nicht ich, das bin ich nicht, ich bin das nicht, ich bin es nicht, falsche person
command-change = ändern, aendern, ändere, korrigieren
command-language = sprache
word-filler = option, antwort, nummer, nr, zahl, auswahl, es, ist, das, die, der, meine, etwa, ungefähr, circa, ca, rund, ich, wähle, nehme, sage, würde, sagen
word-nothing = nein, nichts, keine, keiner, keins, keines, nichts weiter, nichts mehr, nichts anderes, sonst nichts, nein danke, das ist alles, das war alles, das wars, entfällt
word-numbers = null, eins, zwei, drei, vier, fünf, sechs, sieben, acht, neun, zehn

## In a chat
chat-stranger = Guten Tag. Ich kann nur Menschen helfen, die mit einem Link von ihrer Klinik kommen. Bitte öffnen Sie den Link in der Nachricht Ihrer Klinik.
chat-code-unknown = Dieser Link wurde schon benutzt oder ist zu alt. Bitte öffnen Sie die neueste Nachricht Ihrer Klinik oder antworten Sie auf der Webseite.
chat-year = Damit die Antworten privat bleiben, schreiben Sie bitte, in welchem Jahr die Person geboren ist, die den Termin hat. Vier Ziffern. Zum Beispiel: 1960
chat-locked = Das waren zu viele Versuche. Bitte fragen Sie Ihre Klinik nach einem neuen Link.
chat-who = Vielen Dank. Wer antwortet hier?
chat-who-self = Ich antworte für mich selbst
chat-who-helped = Ich antworte mit etwas Hilfe
chat-who-proxy = Ich antworte für jemand anderen
chat-consent = Bitte lesen Sie das zuerst. Telegram ist eine Firma und gehört nicht zu Ihrer Klinik. Was Sie hier schreiben, liegt auf den Computern dieser Firma. Wer diesen Chat öffnen kann, kann es lesen. In den Fragen geht es um Ihre Gesundheit. Sie können stattdessen jederzeit die Webseite Ihrer Klinik benutzen.
chat-consent-ask = Möchten Sie hier in Telegram antworten?
chat-consent-again = Sie wollten von uns keine Nachrichten mehr. Wenn Sie unten zustimmen, schreiben wir Ihnen hier wieder.
chat-agree = Ja, ich stimme zu
chat-disagree = Nein, nicht hier
chat-joined = Vielen Dank. Ab jetzt können Sie hier antworten. Wenn Sie damit aufhören möchten, schreiben Sie jederzeit "stopp".
chat-refused = Das ist in Ordnung. Hier bekommen Sie nichts mehr von uns. Bitte benutzen Sie die Webseite: Der Link steht in der Nachricht Ihrer Klinik.
chat-refused-for = In Ordnung. Zu diesem Termin schicken wir Ihnen hier nichts. Zu den anderen bleibt alles wie bisher.
chat-whom = Um wen geht es?
chat-whom-name = { $name }, Termin am { $date }
chat-switch = Jemand anderes
chat-no-visit = Vielen Dank. Im Moment gibt es nichts zu beantworten. Wir schreiben Ihnen vor Ihrem nächsten Termin.
chat-unreadable = Danke, aber ich kann nur Text lesen. Bitte schreiben Sie Ihre Antwort oder drücken Sie auf einen Knopf.
chat-edited = Sie haben eine Nachricht geändert, die schon gesendet war. Ihre Antwort ändert sich dadurch nicht. Um eine Antwort zu ändern, schreiben Sie "antworten".
chat-ahead = Das haben Sie geschrieben, bevor ich diese Frage gestellt habe. Bitte beantworten Sie sie jetzt:
chat-stale = Das haben Sie schon beantwortet. Um es zu ändern, schreiben Sie "antworten".
chat-gone = Diese Taste gilt nicht mehr. Bitte antworten Sie auf die neueste Frage.
chat-trouble = Etwas hat nicht geklappt. Das war unser Fehler, nicht Ihrer. Ihre Antworten von vorher sind gespeichert. Bitte versuchen Sie es noch einmal.
chat-languages = Welche Sprache möchten Sie?
chat-elsewhere = Die nächsten Fragen sind vertraulich. Bitte beantworten Sie sie auf der Webseite. Was Sie hier geantwortet haben, ist gespeichert. Die Webseite macht dort weiter.
chat-elsewhere-self = Danke. Die nächsten Fragen kann nur die Person beantworten, die den Termin hat. Sie kann das auf der Webseite tun, mit dem Link der Praxis. Was Sie hier geantwortet haben, ist gespeichert.
chat-page = Webseite öffnen
chat-done = Fertig
chat-review = Um eine Antwort zu ändern, drücken Sie auf den Stift mit ihrer Nummer oder schreiben Sie "ändern 3".
chat-begin = Anfangen
chat-minutes = Das dauert etwa { $minutes ->
        [one] { $minutes } Minute
       *[other] { $minutes } Minuten
    }. Sie können gleich hier antworten.
chat-stop = Um keine Nachrichten mehr zu bekommen, schreiben Sie "stopp".
about-back = Die Frage davor
about-skip = Eine Frage auslassen
about-answers = Ihre Antworten sehen und ändern
about-pause = Später weitermachen
about-language = Eine andere Sprache
about-help = Was Sie hier tun können
about-stop = Keine Nachrichten mehr
command-languages = sprache, sprachen, andere sprache, sprache ändern, sprache aendern, sprache wechseln
command-whom = jemand anderes, jemand anders, andere person, person wechseln
command-help-now = ich brauche jetzt hilfe, brauche jetzt hilfe, jetzt hilfe
command-safe-for-now = im moment bin ich sicher, ich bin im moment sicher, ich bin sicher, im moment sicher

## Dates
date = { $day }. { $month } { $year }
months = Januar, Februar, März, April, Mai, Juni, Juli, August, September, Oktober, November, Dezember

## Messages that go out
mail-subject = Vor Ihrem Termin am { $date }
mail-subject-reminder = Erinnerung vor Ihrem Termin am { $date }
mail-hello = Guten Tag,
mail-invitation = Sie haben am { $date } um { $time } Uhr einen Termin. Bevor Sie kommen, möchten wir Ihnen ein paar Fragen stellen. Ihre Antworten helfen Ihnen und Ihrem Behandlungsteam, die Zeit für das zu nutzen, was Ihnen wichtig ist.
mail-reminder = Sie haben am { $date } um { $time } Uhr einen Termin. Sie haben noch Zeit, vorher ein paar Fragen zu beantworten.
mail-last-reminder = Ihr Termin ist am { $date } um { $time } Uhr. Wenn Sie möchten, können Sie vorher noch ein paar Fragen beantworten. Wir fragen jetzt zum letzten Mal.
mail-button = Fragen beantworten
mail-about = Das dauert etwa { $minutes ->
        [one] { $minutes } Minute
       *[other] { $minutes } Minuten
    }. Sie brauchen kein Konto. Wir möchten sicher sein, dass Sie es sind. Deshalb fragen wir nach Ihrem Geburtsjahr.
mail-link-plain = Öffnen Sie diesen Link:
mail-telegram = Wenn Sie lieber in Telegram antworten möchten, öffnen Sie stattdessen diesen Link:
mail-private = Dieser Link ist nur für Sie. Bitte geben Sie ihn nicht weiter.
mail-stop = Wenn Sie keine Nachrichten mehr möchten, öffnen Sie den Link und wählen Sie "Alle Nachrichten stoppen".
mail-clinic = Ihre Klinik

## Antworten per E-Mail
mail-subject-plain = Zu Ihrer E-Mail
mail-marker = Bitte schreiben Sie Ihre Antwort über diese Zeile
mail-first = Die erste Frage steht unten. Um sie zu beantworten, antworten Sie einfach auf diese E-Mail.
mail-start = Sie können auch per E-Mail antworten: Schreiben Sie das Wort "start" zurück, dann kommt die erste Frage per E-Mail.
mail-warning = E-Mail ist nicht so geschützt wie unsere Seite. Mail-Anbieter, und wer Ihr Postfach öffnen kann, können sie lesen. Es sind Fragen zu Ihrer Gesundheit. Wenn Sie antworten, sind Sie damit einverstanden, dass es per E-Mail weitergeht. Wenn nicht, nehmen Sie den Link.
mail-how = Zum Antworten schreiben Sie auf diese E-Mail zurück. Schreiben Sie Ihre Antwort ganz oben hin.
mail-change = Um eine Antwort zu ändern, schreiben Sie "ändern 3" mit ihrer Nummer. Mit "Antworten" sehen Sie alle.
mail-page = Sie können auch auf der Webseite weitermachen. Was Sie geantwortet haben, ist dort gespeichert:
mail-end = Wenn Sie keine Nachrichten mehr möchten, schreiben Sie "stop".
mail-stale = Das haben Sie schon beantwortet. Um es zu ändern, schreiben Sie "Antworten".
mail-ahead = Diese Frage wartet auf Ihre Antwort:
mail-unreadable = Danke, aber wir können keine Bilder oder Dateien öffnen. Bitte schreiben Sie Ihre Antwort als Text.
mail-stranger = Danke für Ihre E-Mail. Wir konnten sie nicht verwenden. Bitte antworten Sie von der Adresse, an die unsere E-Mail ging, oder öffnen Sie den Link darin. Wenn Sie Hilfe brauchen, rufen Sie die Praxis an.
page-unsubscribe-title = Keine Nachrichten mehr?
page-unsubscribe = Wenn Sie auf den Knopf drücken, schicken wir Ihnen keine Nachrichten mehr. Ihr Termin bleibt wie geplant.
page-no-mail = Bitte öffnen Sie die neueste E-Mail Ihrer Praxis, oder rufen Sie dort an.

## Pages
page-title = Vor Ihrem Termin
page-language = Sprache
page-check-title = Sind Sie es?
page-check-why = Damit Ihre Antworten privat bleiben, sagen Sie uns bitte, in welchem Jahr Sie geboren sind.
page-check-year = Geburtsjahr
page-check-hint = Vier Ziffern. Zum Beispiel: 1960
page-check-button = Weiter
page-check-wrong = Das passt nicht zu den Angaben der Klinik. Bitte versuchen Sie es noch einmal.
page-check-locked = Das waren zu viele Versuche. Bitte warten Sie 15 Minuten und versuchen Sie es dann noch einmal. Oder rufen Sie Ihre Klinik an.
page-gone-title = Dieser Link geht nicht mehr
page-gone = Vielleicht ist der Link alt oder nicht vollständig. Bitte öffnen Sie die neueste Nachricht Ihrer Klinik oder rufen Sie dort an.
page-expired-title = Bitte öffnen Sie Ihren Link noch einmal
page-expired = Zum Schutz Ihrer Antworten wurde diese Seite geschlossen. Was Sie vorher gespeichert haben, ist da; was Sie zuletzt eingegeben haben, nicht. Öffnen Sie den Link in Ihrer Nachricht, um weiterzumachen.
page-begin-title = Willkommen
page-begin = Anfangen
page-go-on = Weitermachen
page-next = Speichern und weiter
page-back = Zurück
page-skip = Ich möchte nicht antworten
page-nothing = Ich habe nichts hinzuzufügen
page-pause = Später weitermachen
page-help = Hilfe
page-answers = Meine Antworten
page-change = Ändern
page-more = Mehr Möglichkeiten
page-stop = Alle Nachrichten stoppen
page-decline = Ich möchte für diesen Termin nicht antworten
page-not-me = Das bin ich nicht
page-many = Sie können mehrere auswählen.
page-chars-left = Zeichen übrig
page-required = Bitte wählen Sie eine Antwort oder "{ page-skip }".
page-paused-title = Bis später
page-declined-title = In Ordnung
page-stopped-title = Keine Nachrichten mehr
page-not-me-title = Vielen Dank
page-completed-title = Vielen Dank
page-completed-review = Ihre Antworten
page-completed-change = Bis zu Ihrem Termin können Sie noch eine Antwort ändern.
page-error-title = Etwas hat nicht geklappt
page-error = Das war unser Fehler, nicht Ihrer. Ihre Antworten von vorher sind gespeichert. Bitte versuchen Sie es noch einmal.
page-too-large = Das war zu lang für uns. Ihre Antworten von vorher sind gespeichert. Bitte senden Sie einen kürzeren Text.
page-sure = Sind Sie sicher?
page-yes-stop = Ja, alle Nachrichten stoppen
page-yes-decline = Ja, nicht für diesen Termin
page-yes-not-me = Ja, das bin ich nicht
page-no-back = Nein, zurück
page-telegram = In Telegram antworten
page-telegram-how = Dieser Link öffnet einen Chat mit uns in Telegram. Er geht nur einmal. Dort fragen wir noch einmal nach dem Geburtsjahr.
page-telegram-open = Telegram öffnen

## On paper
paper-title = Vor Ihrem Termin
paper-intro = Danke, dass Sie sich die Zeit nehmen. Ihre Antworten helfen Ihnen und Ihrem Behandlungsteam, den Termin für das zu nutzen, was Ihnen wichtig ist. Keine Antwort ist falsch.
paper-how = Bitte schreiben Sie mit einem Stift. Kreuzen Sie das Kästchen an, das am besten passt, oder schreiben Sie auf die Linien. Um eine Antwort zu ändern, streichen Sie sie durch und kreuzen ein anderes Kästchen an. Sie können jede Frage auslassen.
paper-hand-in = Bitte bringen Sie diesen Bogen zum Termin mit und geben Sie ihn ab.
paper-not-watched = Niemand liest diesen Bogen, bevor Sie ihn abgeben. Rufen Sie im Notfall den Notruf an.
paper-name = Name
paper-birth-date = Geburtsdatum
paper-visit = Termin
paper-filled-in = Ausgefüllt am
paper-code = Code
paper-who = Wer hat diesen Bogen ausgefüllt?
paper-recall = Die Fragen beziehen sich auf diese Zeit: { $period }.
paper-only = Antworten Sie hier nur, wenn { $condition }.
paper-and = { $first } und { $second }
paper-or = { $first } oder { $second }
paper-if-answered = Sie Frage { $n } beantwortet haben
paper-if-empty = Sie Frage { $n } frei gelassen haben
paper-if-is = Ihre Antwort auf Frage { $n } so lautet: { $answers }
paper-if-not = Ihre Antwort auf Frage { $n } nicht so lautet: { $answers }
paper-if-more = Ihre Antwort auf Frage { $n } mehr als { $answers } ist
paper-if-less = Ihre Antwort auf Frage { $n } weniger als { $answers } ist
paper-if-at-least = Ihre Antwort auf Frage { $n } { $answers } oder mehr ist
paper-if-at-most = Ihre Antwort auf Frage { $n } { $answers } oder weniger ist
paper-only-women = Diese Frage ist für Frauen.
paper-only-men = Diese Frage ist für Männer.
paper-answer-to = Was Sie bei Frage { $n } geschrieben haben
paper-about = Es geht um das, was Sie bei Frage { $n } geschrieben haben.
paper-many = Sie können mehrere Kästchen ankreuzen.
paper-number = Schreiben Sie eine Zahl von { $min } bis { $max }.
paper-day = Tag
paper-month = Monat
paper-year = Jahr
paper-lines = Linien zum Schreiben
paper-boxes = Kästchen für eine Zahl
paper-scale = Kästchen von 0 bis 10. 0 bedeutet: { $low }. 10 bedeutet: { $high }.
paper-end = Danke. Das war die letzte Frage.

## The patient's own copy
page-copy = Ihre eigene Kopie ansehen
page-copy-pdf = Ihre Kopie als PDF, zum Aufheben oder Drucken
copy-title = Ihr eigenes Exemplar
copy-for = Was Sie uns vor Ihrem Termin am { $date } gesagt haben
copy-for-visit = Was Sie uns vor Ihrem Termin gesagt haben
copy-yours = Das ist Ihr Exemplar. Sie entscheiden, wer es sieht.
copy-matters = Was Ihnen wichtig ist
copy-no-topics = Sie haben kein Thema genannt.
copy-wishes = Was Sie sich für den Termin wünschen
copy-team = Fragen Ihres Behandlungsteams
copy-scores = Ihre eigenen früheren Werte
copy-scores-note = Eine Zahl allein sagt wenig. Sprechen Sie mit Ihrem Behandlungsteam darüber.
copy-empty = Sie haben noch keine Frage beantwortet.
chart-higher-harder = Eine höhere Zahl bedeutet, dass es für Sie schwerer war.
chart-higher-easier = Eine höhere Zahl bedeutet, dass es Ihnen besser ging.
chart-in-words = { $name }, auf einer Skala von { $low } bis { $high }. { $direction } { $points }.
chart-point = { $date }: { $value }

## The web door
page-check-why-date = Damit Ihre Antworten vertraulich bleiben, sagen Sie uns bitte, an welchem Tag Sie geboren sind.
page-check-birth = Geburtsdatum
page-check-day = Tag
page-check-month = Monat
page-check-in-year = Jahr
page-check-hint-date = In Zahlen. Zum Beispiel: 31 1 1960
page-check-unclear = Bitte schreiben Sie Ihr Geburtsjahr mit vier Ziffern. Zum Beispiel: 1960
page-check-unclear-date = Bitte schreiben Sie Tag, Monat und Jahr in Zahlen. Zum Beispiel: 31 1 1960
page-check-locked-long = Das wurde zu oft versucht. Bitte versuchen Sie es später noch einmal oder rufen Sie Ihre Praxis an.
page-again-title = Sind Sie es noch?
page-again-why = Diese Seite war lange offen. Damit Ihre Antworten vertraulich bleiben, sagen Sie uns bitte noch einmal, wann Sie geboren sind.
page-again-kept = Nichts von dem, was Sie geschrieben haben, geht verloren.
page-expired-typed = Das haben Sie geschrieben. Es ist nicht gespeichert. Sie können es kopieren:
page-expired-cookies = Kommt diese Seite immer wieder? Dann blockiert Ihr Browser Cookies. Wir brauchen ein kleines Cookie, um zu wissen, dass Sie es sind. Bitte erlauben Sie Cookies für diese Seite oder rufen Sie Ihre Praxis an.
page-cookies-title = Wir brauchen ein kleines Cookie
page-cookies = Ihr Browser hat unser Cookie nicht behalten. So wissen wir nicht, dass Sie es sind. Bitte erlauben Sie Cookies für diese Seite oder nehmen Sie einen anderen Browser. Öffnen Sie dann Ihren Link noch einmal. Sie können auch Ihre Praxis anrufen.
page-review-title = Ist alles richtig?
page-review = Bitte schauen Sie Ihre Antworten noch einmal an. Sie sind gespeichert. Sie können jede noch ändern.
page-review-done = Ja, ich bin fertig
page-stale-title = Welche Antwort stimmt?
page-stale = Diese Frage wurde an anderer Stelle beantwortet, während diese Seite offen war.
page-stale-there = Die Antwort von der anderen Stelle
page-stale-keep = Diese Antwort behalten
page-stale-here = Die Antwort von dieser Seite
page-stale-use = Diese Antwort nehmen
page-sure-stop = Sie bekommen keine Nachrichten mehr von uns. Ihr Termin bleibt, wie er ist.
page-sure-decline = Wir fragen für diesen Termin nicht mehr. Wenn Sie es sich anders überlegen, kommen Sie einfach wieder.
page-sure-not-me = Wir legen die Antworten beiseite und sagen der Praxis Bescheid. Hier wird nichts mehr gefragt.
page-chars-over = Zeichen zu viel
page-help-how = Wählen Sie eine Antwort oder schreiben Sie sie. Drücken Sie dann „{ page-next }“. Keine Antwort ist falsch.
page-help-skip = Sie müssen nicht alles beantworten. Um eine Frage auszulassen, drücken Sie „{ page-skip }“.
page-help-keys = Mit einer Tastatur können Sie die Nummer einer Antwort drücken und dann Enter.
page-help-leave = Jede Antwort wird gespeichert. Sie können diese Seite jederzeit schließen. Um weiterzumachen, öffnen Sie den Link in Ihrer Nachricht.

## The tablet at the clinic
kiosk-title = Bitte geben Sie Ihren Code ein
kiosk-why = Den Code bekommen Sie an der Anmeldung.
kiosk-code = Code
kiosk-wrong = Dieser Code geht nicht. Bitte sehen Sie noch einmal nach oder fragen Sie an der Anmeldung nach einem neuen.
kiosk-wait = Es wurden zu viele Codes versucht. Bitte warten Sie einige Minuten oder fragen Sie an der Anmeldung.
kiosk-still = Sind Sie noch da?
kiosk-closes = Damit Ihre Antworten vertraulich bleiben, schließt sich diese Seite bald. Ihre Antworten sind gespeichert.
kiosk-stay = Ich bin noch da
kiosk-leave = Beenden und das Tablet zurückgeben
kiosk-end-title = Vielen Dank
kiosk-end = Bitte geben Sie das Tablet zurück. Nichts von dem, was Sie geschrieben haben, bleibt darauf.
kiosk-closed-title = Diese Seite wurde geschlossen
kiosk-closed = Sie wurde eine Weile nicht benutzt. Ihre Antworten sind gespeichert. Um weiterzumachen, fragen Sie bitte an der Anmeldung nach einem neuen Code.
kiosk-next = Einen neuen Code eingeben

## From the care team
note-subject = Zu Ihrem Termin am { $date }
note-was-read = Ihr Behandlungsteam hat gelesen, was Sie für Ihren Termin am { $date } geantwortet haben.
note-here = Ihr Behandlungsteam hat Ihnen zu Ihrem Termin am { $date } geschrieben:
note-behind-link = Ihr Behandlungsteam hat Ihnen zu Ihrem Termin am { $date } geschrieben. Sie können es auf Ihrer Seite lesen.
note-open = Auf Ihrer Seite lesen
page-team-title = Von Ihrem Behandlungsteam
page-team-read = Ihr Behandlungsteam hat Ihre Antworten am { $date } geöffnet.
page-team-not-read = Ihr Behandlungsteam hat Ihre Antworten noch nicht geöffnet.
page-team-tell = Sagen Sie mir, wenn meine Antworten gelesen sind
page-team-will-tell = Wir schicken Ihnen eine Nachricht, wenn Ihr Behandlungsteam Ihre Antworten gelesen hat.
page-team-tell-not = Bitte keine Nachricht
page-team-no-reply = Hier können Sie nicht antworten. Wenn es nicht warten kann, rufen Sie bitte die Praxis an.
page-team-back = Zurück zu Ihren Antworten
chat-tell-me = Sagen Sie mir, wenn es gelesen ist
chat-will-tell = Gut. Wir sagen Ihnen hier, wenn Ihr Behandlungsteam Ihre Antworten gelesen hat.
chat-was-read = Ihr Behandlungsteam hat Ihre Antworten gelesen.

# After an answer that may need somebody at once, where it was given and nowhere else. The clinic's own local
# numbers follow crisis-call.
crisis-title = Bitte lesen Sie zuerst dies
crisis-thanks = Danke, dass Sie uns das sagen. Das ist wichtig.
crisis-call = Wenn Sie sich etwas antun könnten oder in Gefahr sind, warten Sie bitte nicht auf uns. Rufen Sie jetzt an:
crisis-say = Sie können uns auch sagen, wie es jetzt ist:
crisis-help = Ich brauche jetzt Hilfe
crisis-safe = Im Moment bin ich sicher
help-called = Wir sagen der diensthabenden Person in der Praxis, dass Sie jetzt Hilfe brauchen. Warten Sie nicht auf sie, wenn Sie in Gefahr sind.
help-not-called = Wir können in der Praxis niemanden sofort verständigen. Warten Sie bitte nicht auf eine Antwort: Wenn Sie in Gefahr sind, rufen Sie jetzt die Notrufnummer an Ihrem Ort an.
safe-for-now = Danke. Wir haben notiert, dass Sie im Moment sicher sind. Jemand aus der Praxis wird Ihre Antwort sehen.
not-now = Die übrigen Fragen können im Moment nicht gestellt werden. Ihre Antworten sind gespeichert; bitte kommen Sie später wieder.
