### Every sentence a patient reads, other than instruments. US grade 6 or below.
### Lists (command-*, word-*) are words people type, separated by commas.

language-name = Español

## Where one is
progress = { $n } de { $of }
greeting = Hola. Su equipo médico quisiera saber de usted antes de su cita. Así podrán dedicar el tiempo a lo que a usted le importa.
greeting-length =
    { $items ->
        [one] Hay { $items } pregunta breve.
       *[other] Son { $items } preguntas breves como máximo.
    } Le llevará alrededor de { $minutes ->
        [one] { $minutes } minuto
       *[other] { $minutes } minutos
    }.
greeting-free = Puede saltarse cualquier pregunta, parar cuando quiera y volver más tarde. Cada respuesta se guarda en el momento.
not-watched = Nadie revisa estas respuestas las 24 horas del día. En una emergencia, llame al número de emergencias de su zona.
welcome-back =
    { $left ->
        [0] Hola de nuevo. Ya respondió a todas las preguntas.
        [one] Hola de nuevo. Queda { $left } pregunta.
       *[other] Hola de nuevo. Quedan { $left } preguntas.
    }

## Answering
answer-yes = Sí
answer-no = No
hint-number = Escriba un número del { $min } al { $max }.
hint-multiple = Puede elegir más de una opción. Por ejemplo: 1, 3
hint-date = Escriba la fecha como año-mes-día. Por ejemplo: 2026-01-31
hint-text = Use sus propias palabras, hasta { $max } caracteres.
hint-several = Responda a las { $count } preguntas en un solo mensaje y en este orden. Por ejemplo: { $example }
team-question = Una pregunta de su equipo médico:
team-question-language = Está escrita en otro idioma. Usted puede responder en el suyo.
understood = Esto es lo que entendí:
review = Sus respuestas hasta ahora:
not-answered = sin respuesta
skipped = prefiero no responder
nothing = nada

## When a reply was not taken
sorry-empty = No recibí ninguna respuesta. Inténtelo una vez más, por favor.
sorry-unclear = Perdón, no entendí eso. Por favor, elija una de las respuestas de abajo. Puede escribir su número o sus palabras.
sorry-unclear-again = Perdón, todavía no entendí. Puede escribir solo el número de la respuesta, o "saltar" para dejar esta pregunta sin responder.
sorry-ambiguous = Eso podría significar más de una cosa, y no quiero adivinar. Por favor, envíe solo una respuesta.
sorry-disagrees = El número y las palabras no coinciden. Por favor, envíe solo el número o solo las palabras.
sorry-not-offered = Ese número no está entre las respuestas. Por favor, elija uno de estos: { $handles }.
sorry-out-of-range = Eso está fuera de los límites. Por favor, envíe un valor de { $min } a { $max }.
sorry-not-whole = Por favor, envíe un número entero.
sorry-not-a-number = Por favor, envíe un número.
sorry-not-a-date = Por favor, envíe una fecha como año-mes-día. Por ejemplo: 2026-01-31
sorry-too-long = Gracias por contarnos tanto. Aquí caben { $max } caracteres, y su texto tiene { $chars }. Por favor, envíe una versión más corta. Hasta entonces no se pierde nada.
sorry-count =
    Hay { $wanted } preguntas, pero { $found ->
        [0] no encontré ninguna respuesta
        [one] encontré { $found } respuesta
       *[other] encontré { $found } respuestas
    }. Por favor, envíe una respuesta para cada pregunta, en orden.

## What can be asked for
nothing-before = Esta es la primera pregunta.
no-such-answer = Todavía no hay una respuesta número { $number }.
help = Puede responder con un número o con palabras. Ninguna respuesta es incorrecta.
help-words = También puede escribir: "atrás" para ir a la pregunta anterior, "saltar" para dejar una sin responder, "respuestas" para ver lo que contestó, "cambiar 3" para cambiar la respuesta 3, "pausa" para seguir más tarde, "idioma en" para inglés, "esta vez no" si no quiere responder para esta cita, "no soy yo" si esto no es para usted, "parar" para no recibir más mensajes.
paused = De acuerdo. Sus respuestas están guardadas. Puede volver en cualquier momento antes de su cita.
declined = Está bien. No volveremos a preguntarle para esta cita. Si cambia de idea, solo tiene que volver.
stopped = Ya no recibirá más mensajes nuestros. Su cita sigue como estaba prevista.
not-me = Gracias por avisarnos. Hemos apartado las respuestas y avisaremos a la clínica. Aquí no le haremos más preguntas.
completed = Gracias. Eso es todo. Su equipo médico verá sus respuestas antes de su cita.
completed-change = Hasta su cita todavía puede cambiar una respuesta: escriba "respuestas" para verlas y "cambiar 3" para cambiar la respuesta 3.
elsewhere = Las siguientes preguntas son privadas. Por favor, respóndalas en la página web: use el enlace de su invitación.
language-set = A partir de ahora, en español.
language-unknown = Hablo inglés, español, alemán, francés y árabe.
language-which = ¿Qué idioma prefiere? Hablo { $languages }. Escriba "idioma" y su nombre. Por ejemplo: "idioma English"

command-stop = parar, detener, cancelar, darme de baja, dar de baja, no más mensajes, detener todos los mensajes
command-back = atrás, volver, volver atrás, regresar, anterior, pregunta anterior
command-skip = saltar, prefiero no responder, prefiero no contestar, no quiero responder, omitir, pasar, paso
command-pause = pausa, más tarde, ahora no, seguir más tarde, continuar más tarde
command-resume = continuar, seguir, reanudar, empezar, comenzar, hola, buenos días, buenas tardes, buenas noches
command-help = ayuda, menú, información, info
command-review = respuestas, mis respuestas, ver respuestas, ver mis respuestas, revisar
command-decline = esta vez no, no quiero responder para esta cita, no quiero responder esta vez, no quiero participar
command-not-me = no soy yo, este no soy yo, esta no soy yo, no es para mí, persona equivocada
command-change = cambiar, corregir, modificar
command-language = idioma, lengua, lenguaje
word-filler = opción, respuesta, número, núm, nro, es, mi, la, el, sobre, unos, unas, alrededor, yo, elijo, escojo, digo, diría, dije
word-nothing = no, nada, ninguno, ninguna, nada más, ninguna otra cosa, no gracias, no hay nada, no hay nada más, no tengo nada más, eso es todo, es todo, no aplica
word-numbers = cero, uno, dos, tres, cuatro, cinco, seis, siete, ocho, nueve, diez

## In a chat
chat-stranger = Hola. Solo puedo ayudar a personas que vienen con un enlace de su clínica. Por favor, abra el enlace del mensaje de su clínica.
chat-code-unknown = Este enlace ya se usó o es demasiado antiguo. Por favor, abra el mensaje más reciente de su clínica o responda en la página web.
chat-year = Para que las respuestas sean privadas, escriba por favor el año en que nació la persona que tiene la cita. Cuatro cifras. Por ejemplo: 1960
chat-locked = Hubo demasiados intentos. Por favor, pida un enlace nuevo a su clínica.
chat-who = Gracias. ¿Quién va a responder aquí?
chat-who-self = Respondo por mí
chat-who-helped = Respondo con algo de ayuda
chat-who-proxy = Respondo por otra persona
chat-consent = Lea esto primero, por favor. Telegram es una empresa ajena a su clínica. Lo que escriba aquí queda guardado en los equipos de esa empresa, y puede leerlo cualquiera que pueda abrir este chat. Las preguntas son sobre su salud. En cualquier momento puede usar la página web de su clínica en lugar de este chat.
chat-consent-ask = ¿Quiere responder aquí, en Telegram?
chat-consent-again = Usted nos pidió que no le enviáramos más mensajes. Si acepta aquí abajo, volveremos a escribirle en este chat.
chat-agree = Sí, acepto
chat-disagree = No, aquí no
chat-joined = Gracias. Desde ahora puede responder aquí. Para terminar en cualquier momento, escriba "parar".
chat-refused = Está bien. No le enviaremos nada más aquí. Por favor, use la página web: el enlace está en el mensaje de su clínica.
chat-refused-for = Está bien. No le enviaremos nada aquí sobre esta visita. Sobre las demás todo sigue igual.
chat-whom = ¿De quién se trata?
chat-whom-name = { $name }, cita del { $date }
chat-switch = Otra persona
chat-no-visit = Gracias. Ahora mismo no hay nada que responder. Le escribiremos antes de su próxima cita.
chat-unreadable = Gracias, pero solo puedo leer texto. Por favor, escriba su respuesta o pulse un botón.
chat-edited = Usted cambió un mensaje que ya había enviado. Eso no cambia su respuesta. Para cambiar una respuesta, escriba "respuestas".
chat-ahead = Escribió eso antes de que yo le hiciera esta pregunta. Por favor, respóndala ahora:
chat-stale = Ya respondió a esto. Para cambiarlo, escriba "respuestas".
chat-gone = Este botón ya no sirve. Responda, por favor, a la última pregunta.
chat-trouble = Algo salió mal. Fue un error nuestro, no suyo. Lo que respondió antes está guardado. Inténtelo una vez más, por favor.
chat-languages = ¿Qué idioma prefiere?
chat-elsewhere = Las siguientes preguntas son privadas. Por favor, respóndalas en la página web. Lo que respondió aquí está guardado, y la página sigue desde ahí.
chat-elsewhere-self = Gracias. Solo la persona que tiene la visita puede contestar las próximas preguntas. Puede hacerlo en la página web, con el enlace de la clínica. Lo que usted contestó aquí está guardado.
chat-page = Abrir la página web
chat-done = Listo
chat-review = Para cambiar una respuesta, pulse el lápiz con su número o escriba "cambiar 3".
chat-begin = Empezar
chat-minutes = Le llevará alrededor de { $minutes ->
        [one] { $minutes } minuto
       *[other] { $minutes } minutos
    }. Puede responder aquí mismo.
chat-stop = Para no recibir más mensajes, escriba "parar".
about-back = La pregunta anterior
about-skip = Dejar una pregunta sin responder
about-answers = Ver y cambiar sus respuestas
about-pause = Seguir más tarde
about-language = Otro idioma
about-help = Qué se puede hacer aquí
about-stop = No recibir más mensajes
command-languages = idioma, idiomas, otro idioma, cambiar idioma, cambiar de idioma
command-whom = otra persona, alguien más, cambiar de persona
command-help-now = necesito ayuda ahora, ayuda ahora
command-safe-for-now = por ahora estoy a salvo, estoy a salvo por ahora, estoy a salvo, a salvo

## Dates
date = { $day } de { $month } de { $year }
months = enero, febrero, marzo, abril, mayo, junio, julio, agosto, septiembre, octubre, noviembre, diciembre

## Messages that go out
mail-subject = Antes de su cita del { $date }
mail-subject-reminder = Recordatorio antes de su cita del { $date }
mail-hello = Hola:
mail-invitation = Usted tiene una cita el { $date } a las { $time }. Antes de que venga, nos gustaría hacerle algunas preguntas. Sus respuestas les ayudan a usted y a su equipo médico a dedicar el tiempo a lo que a usted le importa.
mail-reminder = Usted tiene una cita el { $date } a las { $time }. Todavía hay tiempo para responder algunas preguntas antes de venir.
mail-last-reminder = Su cita es el { $date } a las { $time }. Si lo desea, todavía puede responder algunas preguntas antes de venir. Es la última vez que se lo pedimos.
mail-button = Responder las preguntas
mail-about = Le llevará alrededor de { $minutes ->
        [one] { $minutes } minuto
       *[other] { $minutes } minutos
    }. No necesita una cuenta. Para saber que es usted, le pediremos su año de nacimiento.
mail-link-plain = Abra este enlace:
mail-telegram = Si prefiere responder en Telegram, abra este otro enlace:
mail-private = Este enlace es solo para usted. Por favor, no lo comparta.
mail-stop = Para no recibir más mensajes, abra el enlace y elija "Detener todos los mensajes".
mail-clinic = Su clínica

## Responder por correo
mail-subject-plain = Sobre su correo
mail-marker = Escriba su respuesta encima de esta línea
mail-first = La primera pregunta está abajo. Para contestarla, solo responda a este correo.
mail-start = También puede contestar por correo: responda con la palabra "empezar" y la primera pregunta le llegará por correo.
mail-warning = El correo no es tan privado como nuestra página. Las empresas de correo, y quien pueda abrir su buzón, pueden leerlo. Las preguntas son sobre su salud. Si responde, acepta seguir por correo. Si prefiere no hacerlo, use el enlace.
mail-how = Para contestar, responda a este correo. Escriba su respuesta arriba.
mail-change = Para cambiar una respuesta, responda "cambiar 3" con su número. Responda "respuestas" para verlas todas.
mail-page = También puede seguir en la página web. Lo que contestó está guardado allí:
mail-end = Para no recibir más mensajes, responda "stop".
mail-stale = Ya contestó esta pregunta. Para cambiarla, responda "respuestas".
mail-ahead = Esta pregunta espera su respuesta:
mail-unreadable = Gracias, pero no podemos abrir fotos ni archivos. Escriba su respuesta como texto.
mail-stranger = Gracias por su correo. No pudimos usarlo. Responda desde la dirección a la que llegó nuestro correo, o abra el enlace de ese correo. Si necesita ayuda, llame a la clínica.
page-unsubscribe-title = ¿Detener todos los mensajes?
page-unsubscribe = Si pulsa el botón, no le enviaremos más mensajes. Su visita sigue como estaba prevista.
page-no-mail = Abra el correo más nuevo de su clínica, o llame.

## Pages
page-title = Antes de su cita
page-language = Idioma
page-check-title = ¿Es usted?
page-check-why = Para que sus respuestas sean privadas, díganos en qué año nació, por favor.
page-check-year = Año de nacimiento
page-check-hint = Cuatro cifras. Por ejemplo: 1960
page-check-button = Continuar
page-check-wrong = Eso no coincide con los datos de la clínica. Inténtelo de nuevo, por favor.
page-check-locked = Hubo demasiados intentos. Por favor, espere 15 minutos e inténtelo de nuevo, o llame a su clínica.
page-gone-title = Este enlace ya no funciona
page-gone = Puede que el enlace sea antiguo o no esté completo. Por favor, abra el mensaje más reciente de su clínica o llame a la clínica.
page-expired-title = Por favor, abra de nuevo su enlace
page-expired = Para proteger sus respuestas, esta página se ha cerrado. Lo que guardó antes sigue guardado; lo último que escribió, no. Abra el enlace de su mensaje para continuar.
page-begin-title = Le damos la bienvenida
page-begin = Empezar
page-go-on = Continuar
page-next = Guardar y continuar
page-back = Atrás
page-skip = Prefiero no responder
page-nothing = No tengo nada que añadir
page-pause = Seguir más tarde
page-help = Ayuda
page-answers = Mis respuestas
page-change = Cambiar
page-more = Más opciones
page-stop = Detener todos los mensajes
page-decline = No quiero responder para esta cita
page-not-me = No soy yo
page-many = Puede elegir más de una.
page-chars-left = caracteres disponibles
page-required = Por favor, elija una respuesta o "{ page-skip }".
page-paused-title = Hasta luego
page-declined-title = De acuerdo
page-stopped-title = No habrá más mensajes
page-not-me-title = Gracias
page-completed-title = Gracias
page-completed-review = Sus respuestas
page-completed-change = Todavía puede cambiar una respuesta hasta su cita.
page-error-title = Algo salió mal
page-error = Fue un error nuestro, no suyo. Lo que respondió antes está guardado. Inténtelo de nuevo, por favor.
page-too-large = El texto era demasiado largo y no lo pudimos recibir. Lo que respondió antes está guardado. Por favor, envíe un texto más corto.
page-sure = ¿Lo confirma?
page-yes-stop = Sí, detener todos los mensajes
page-yes-decline = Sí, no responder para esta cita
page-yes-not-me = Confirmo que no soy yo
page-no-back = No, volver
page-telegram = Responder en Telegram
page-telegram-how = Este enlace abre un chat con nosotros en Telegram. Funciona una sola vez. Allí volveremos a pedir el año de nacimiento.
page-telegram-open = Abrir Telegram

## On paper
paper-title = Antes de su visita
paper-intro = Gracias por dedicarnos su tiempo. Sus respuestas les ayudan a usted y a su equipo de atención a usar la visita para lo que a usted le importa. Ninguna respuesta es incorrecta.
paper-how = Use un bolígrafo. Marque la casilla que mejor corresponda o escriba en las líneas. Para cambiar una respuesta, táchela y marque otra casilla. Puede dejar cualquier pregunta sin responder.
paper-hand-in = Traiga este formulario a su visita y entréguelo.
paper-not-watched = Nadie lee este formulario hasta que usted lo entregue. En una emergencia, llame a su número local de emergencias.
paper-name = Nombre
paper-birth-date = Fecha de nacimiento
paper-visit = Visita
paper-filled-in = Rellenado el
paper-code = Código
paper-who = ¿Quién rellenó este formulario?
paper-recall = Las preguntas se refieren a este tiempo: { $period }.
paper-only = Responda solo si { $condition }.
paper-and = { $first } y { $second }
paper-or = { $first } o { $second }
paper-if-answered = respondió a la pregunta { $n }
paper-if-empty = dejó en blanco la pregunta { $n }
paper-if-is = su respuesta a la pregunta { $n } es { $answers }
paper-if-not = su respuesta a la pregunta { $n } no es { $answers }
paper-if-more = su respuesta a la pregunta { $n } es más de { $answers }
paper-if-less = su respuesta a la pregunta { $n } es menos de { $answers }
paper-if-at-least = su respuesta a la pregunta { $n } es { $answers } o más
paper-if-at-most = su respuesta a la pregunta { $n } es { $answers } o menos
paper-only-women = Esta pregunta es para mujeres.
paper-only-men = Esta pregunta es para hombres.
paper-answer-to = Lo que escribió en la pregunta { $n }
paper-about = Se trata de lo que escribió en la pregunta { $n }.
paper-many = Puede marcar más de una casilla.
paper-number = Escriba un número de { $min } a { $max }.
paper-day = Día
paper-month = Mes
paper-year = Año
paper-lines = Líneas para escribir
paper-boxes = Casillas para un número
paper-scale = Casillas de 0 a 10. 0 significa: { $low }. 10 significa: { $high }.
paper-end = Gracias. Esa fue la última pregunta.

## The patient's own copy
page-copy = Ver su propia copia
page-copy-pdf = Su copia en PDF, para guardar o imprimir
copy-title = Su propia copia
copy-for = Lo que nos contó antes de su visita del { $date }
copy-for-visit = Lo que nos contó antes de su visita
copy-yours = Esta es su copia. Usted decide quién la ve.
copy-matters = Lo que le importa
copy-no-topics = No nombró ningún tema.
copy-wishes = Lo que desea en su visita
copy-team = Preguntas de su equipo de atención
copy-scores = Sus propios valores anteriores
copy-scores-note = Un número solo dice poco. Hable de ello con su equipo de atención.
copy-empty = Todavía no ha respondido ninguna pregunta.
chart-higher-harder = Un número más alto significa que le fue más difícil.
chart-higher-easier = Un número más alto significa que le fue mejor.
chart-in-words = { $name }, en una escala de { $low } a { $high }. { $direction } { $points }.
chart-point = { $date }: { $value }

## The web door
page-check-why-date = Para que sus respuestas sigan siendo privadas, díganos por favor el día en que nació.
page-check-birth = Fecha de nacimiento
page-check-day = Día
page-check-month = Mes
page-check-in-year = Año
page-check-hint-date = En números. Por ejemplo: 31 1 1960
page-check-unclear = Escriba por favor el año en que nació, con cuatro cifras. Por ejemplo: 1960
page-check-unclear-date = Escriba por favor el día, el mes y el año en números. Por ejemplo: 31 1 1960
page-check-locked-long = Se intentó demasiadas veces. Inténtelo más tarde o llame a su centro.
page-again-title = ¿Sigue siendo usted?
page-again-why = Esta página estuvo abierta mucho tiempo. Para que sus respuestas sigan siendo privadas, díganos por favor otra vez cuándo nació.
page-again-kept = No se pierde nada de lo que escribió.
page-expired-typed = Esto es lo que escribió. No está guardado. Puede copiarlo:
page-expired-cookies = ¿Esta página aparece una y otra vez? Entonces su navegador bloquea las cookies. Necesitamos una pequeña cookie para saber que es usted. Permita las cookies para esta página o llame a su centro.
page-cookies-title = Necesitamos una pequeña cookie
page-cookies = Su navegador no guardó nuestra cookie, así que no podemos saber que es usted. Permita las cookies para esta página o use otro navegador. Después abra otra vez su enlace. También puede llamar a su centro.
page-review-title = ¿Está todo bien?
page-review = Mire por favor sus respuestas una vez más. Están guardadas. Todavía puede cambiar cada una.
page-review-done = Sí, he terminado
page-stale-title = ¿Qué respuesta es la correcta?
page-stale = Esta pregunta se respondió en otro lugar mientras esta página estaba abierta.
page-stale-there = La respuesta del otro lugar
page-stale-keep = Conservar esta respuesta
page-stale-here = La respuesta de esta página
page-stale-use = Usar esta respuesta
page-sure-stop = No recibirá más mensajes nuestros. Su cita sigue como estaba prevista.
page-sure-decline = No volveremos a preguntarle para esta cita. Si cambia de idea, puede volver.
page-sure-not-me = Apartaremos las respuestas y avisaremos al centro. Aquí no se preguntará nada más.
page-chars-over = caracteres de más
page-help-how = Elija una respuesta o escríbala. Después pulse «{ page-next }». Ninguna respuesta está mal.
page-help-skip = No tiene que responder a todo. Para dejar una pregunta, pulse «{ page-skip }».
page-help-keys = Con un teclado puede pulsar el número de una respuesta y después Intro.
page-help-leave = Cada respuesta se guarda. Puede cerrar esta página en cualquier momento. Para seguir, abra el enlace de su mensaje.

## The tablet at the clinic
kiosk-title = Escriba su código, por favor
kiosk-why = El código se lo dan en la recepción.
kiosk-code = Código
kiosk-wrong = Este código no funciona. Mírelo otra vez o pida uno nuevo en la recepción.
kiosk-wait = Se probaron demasiados códigos. Espere unos minutos o pregunte en la recepción.
kiosk-still = ¿Sigue ahí?
kiosk-closes = Para que sus respuestas sigan siendo privadas, esta página se cierra pronto. Sus respuestas están guardadas.
kiosk-stay = Sigo aquí
kiosk-leave = Terminar y devolver la tableta
kiosk-end-title = Gracias
kiosk-end = Devuelva por favor la tableta. En ella no queda nada de lo que escribió.
kiosk-closed-title = Esta página se ha cerrado
kiosk-closed = No se usó durante un rato. Sus respuestas están guardadas. Para seguir, pida un código nuevo en la recepción.
kiosk-next = Escribir un código nuevo

## From the care team
note-subject = Sobre su visita del { $date }
note-was-read = Su equipo de salud ha leído lo que usted respondió para su visita del { $date }.
note-here = Su equipo de salud le escribió sobre su visita del { $date }:
note-behind-link = Su equipo de salud le escribió sobre su visita del { $date }. Puede leerlo en su página.
note-open = Leerlo en su página
page-team-title = De su equipo de salud
page-team-read = Su equipo de salud abrió sus respuestas el { $date }.
page-team-not-read = Su equipo de salud todavía no ha abierto sus respuestas.
page-team-tell = Avísenme cuando hayan leído mis respuestas
page-team-will-tell = Le enviaremos un mensaje cuando su equipo de salud haya leído sus respuestas.
page-team-tell-not = Por favor, no me avisen
page-team-no-reply = Aquí no puede responder. Si no puede esperar, llame a la clínica.
page-team-back = Volver a sus respuestas
chat-tell-me = Avísenme cuando se haya leído
chat-will-tell = De acuerdo. Le avisaremos aquí cuando su equipo de salud haya leído sus respuestas.
chat-was-read = Su equipo de salud ya leyó sus respuestas.

# After an answer that may need somebody at once, where it was given and nowhere else. The clinic's own local
# numbers follow crisis-call.
crisis-title = Por favor, lea esto primero
crisis-thanks = Gracias por contárnoslo. Es importante.
crisis-call = Si cree que podría hacerse daño o está en peligro, no espere nuestra respuesta. Llame ahora:
crisis-say = También puede decirnos cómo está ahora:
crisis-help = Necesito ayuda ahora
crisis-safe = Por ahora estoy a salvo
help-called = Estamos avisando a la persona de guardia de la clínica de que usted necesita ayuda ahora. Si está en peligro, no espere a que le llame.
help-not-called = No podemos avisar a nadie de la clínica de inmediato. No espere una respuesta: si está en peligro, llame ahora al número de emergencias de su zona.
safe-for-now = Gracias. Hemos anotado que por ahora está a salvo. Alguien de la clínica verá su respuesta.
not-now = Las preguntas que quedan no se pueden hacer en este momento. Sus respuestas están guardadas; vuelva más tarde, por favor.
