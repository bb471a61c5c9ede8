### Every sentence a patient reads, other than instruments. US grade 6 or below.
### Lists (command-*, word-*) are words people type, separated by commas.

language-name = English

## Where one is
progress = { $n } of { $of }
greeting = Hello. Your care team would like to hear from you before your visit, so that you can spend your time together on what matters to you.
greeting-length =
    { $items ->
        [one] There is { $items } short question. It takes about { $minutes ->
            [one] { $minutes } minute
           *[other] { $minutes } minutes
        }.
       *[other] There are up to { $items } short questions. They take about { $minutes ->
            [one] { $minutes } minute
           *[other] { $minutes } minutes
        }.
    }
greeting-free = You can skip any question, stop at any time and come back later. Every answer is saved as you go.
not-watched = Nobody watches these answers around the clock. In an emergency call your local emergency number.
welcome-back =
    { $left ->
        [0] Welcome back. You have answered everything.
        [one] Welcome back. There is { $left } question left.
       *[other] Welcome back. There are { $left } questions left.
    }

## Answering
answer-yes = Yes
answer-no = No
hint-number = Type a number from { $min } to { $max }.
hint-multiple = You can choose more than one. For example: 1, 3
hint-date = Type the date as year-month-day. For example: 2026-01-31
hint-text = Use your own words, up to { $max } characters.
hint-several = Answer all { $count } in one message, in this order. For example: { $example }
team-question = A question from your care team:
team-question-language = It is written in another language. You can answer in your own language.
understood = This is what I understood:
review = Your answers so far:
not-answered = not answered
skipped = prefer not to answer
nothing = nothing

## When a reply was not taken
sorry-empty = I did not get an answer. Please try once more.
sorry-unclear = Sorry, I did not understand that. Please choose one of the answers below. You can type its number or its words.
sorry-unclear-again = Sorry, I still did not understand. You can type just the number of the answer, or "skip" to leave this question out.
sorry-ambiguous = That could mean more than one thing, and I don't want to guess. Please send just one answer.
sorry-disagrees = The number and the words do not match. Please send just the number or just the words.
sorry-not-offered = That number is not one of the answers. Please choose one of: { $handles }.
sorry-out-of-range = That is outside of what fits here. Please send something from { $min } to { $max }.
sorry-not-whole = Please send a whole number.
sorry-not-a-number = Please send a number.
sorry-not-a-date = Please send a date as year-month-day. For example: 2026-01-31
sorry-too-long = Thank you for telling us so much. There is room for { $max } characters, and this was { $chars }. Please send a shorter version. Nothing of it is lost until you do.
sorry-count = There are { $wanted } questions, but I found { $found } answers. Please send one answer for each, in order.

## What can be asked for
nothing-before = This is the first question.
no-such-answer = There is no answer number { $number } yet.
help = You can answer with a number or with words. No answer is wrong.
help-words = You can also type: "back" for the question before, "skip" to leave one out, "answers" to see what you said, "change 3" to change answer 3, "pause" to go on later, "language es" for Spanish, "not this time" if you don't want to answer for this visit, "not me" if this is not for you, "stop" for no more messages.
paused = All right. Your answers are saved. Come back at any time before your visit.
declined = That is fine. We will not ask again for this visit. If you change your mind, just come back.
stopped = You will get no more messages from us. Your visit stays as planned.
not-me = Thank you for telling us. We have set the answers aside and will let the clinic know. You will not be asked anything more here.
completed = Thank you. That was everything. Your care team will see your answers before your visit.
completed-change = Until your visit you can still change an answer: type "answers" to see them and "change 3" to change answer 3.
elsewhere = The next questions are private. Please answer them on the web page: use the link in your invitation.
language-set = From now on in English.
language-unknown = I speak English, Spanish, German, French and Arabic.
language-which = Which language would you like? I speak { $languages }. Type "language" and its name. For example: "language Español"

command-stop = stop, stop all, stopall, unsubscribe, end, quit, cancel
command-back = back, go back, previous
command-skip = skip, prefer not to answer, i prefer not to answer, pass
command-pause = pause, later, not now
command-resume = resume, continue, start, go on, hello, hi
command-help = help, menu, info
command-review = answers, my answers, review
command-decline = not this time, decline
command-not-me = not me, this is not me, wrong person
command-change = change
command-language = language
word-filler = option, answer, number, nr, choice, it, its, is, my, the, about, around, i, choose, say, said
word-nothing = no, none, nope, nothing, nothing else, no thanks, no thank you, thats all, that is all, that is everything, n/a, na
word-numbers = zero, one, two, three, four, five, six, seven, eight, nine, ten

## In a chat
chat-stranger = Hello. I can only help people who come with a link from their clinic. Please open the link in the message from your clinic.
chat-code-unknown = This link was used before or is too old. Please open the newest message from your clinic, or answer on the web page.
chat-year = To keep the answers private, please type the year in which the person with the visit was born. Four digits. For example: 1960
chat-locked = That was tried too often. Please ask your clinic for a new link.
chat-who = Thank you. Who will answer here?
chat-who-self = I answer for myself
chat-who-helped = I answer with some help
chat-who-proxy = I answer for someone else
chat-consent = Please read this first. Telegram is a company outside your clinic. What you write here is kept on its computers, and anyone who can open this chat can read it. The questions are about your health. You can use the web page of your clinic instead at any time.
chat-consent-ask = Do you want to answer here, in Telegram?
chat-consent-again = You asked us to send no more messages. If you agree below, we will write to you here again.
chat-agree = Yes, I agree
chat-disagree = No, not here
chat-joined = Thank you. You can answer here from now on. To end this at any time, type "stop".
chat-refused = That is fine. Nothing more will be sent to you here. Please use the web page: the link is in the message from your clinic.
chat-refused-for = That is fine. Nothing will be sent to you here about this visit. About the others it goes on as before.
chat-whom = Who is this about?
chat-whom-name = { $name }, visit on { $date }
chat-switch = Someone else
chat-no-visit = Thank you. There is nothing to answer right now. We will write to you before your next visit.
chat-unreadable = Thank you, but I can only read text. Please type your answer or press a button.
chat-edited = You changed a message that you had sent. That does not change your answer. To change an answer, type "answers".
chat-ahead = You wrote that before I asked this question. Please answer it now:
chat-stale = You have answered this already. To change it, type "answers".
chat-gone = This button does nothing any more. Please answer the newest question.
chat-trouble = Something went wrong. That was our fault, not yours. What you answered before is saved. Please try once more.
chat-languages = Which language would you like?
chat-elsewhere = The next questions are private. Please answer them on the web page. What you answered here is saved, and the page goes on from there.
chat-elsewhere-self = Thank you. Only the person with the visit can answer the next questions. They can do so on the web page, with the link from the clinic. What you answered here is saved.
chat-page = Open the web page
chat-done = Done
chat-review = To change an answer, press the pencil with its number, or type "change 3".
chat-begin = Begin
chat-minutes = It takes about { $minutes ->
        [one] { $minutes } minute
       *[other] { $minutes } minutes
    }. You can answer right here.
chat-stop = For no more messages, type "stop".
about-back = The question before
about-skip = Leave a question out
about-answers = See and change your answers
about-pause = Go on later
about-language = Another language
about-help = What can be done here
about-stop = No more messages
command-languages = language, languages, other language, another language, change language
command-whom = someone else, somebody else, switch
command-help-now = i need help now, need help now, help now
command-safe-for-now = i am safe for now, i'm safe for now, im safe for now, safe for now, i am safe

## Dates
date = { $day } { $month } { $year }
months = January, February, March, April, May, June, July, August, September, October, November, December

## Messages that go out
mail-subject = Before your visit on { $date }
mail-subject-reminder = A reminder before your visit on { $date }
mail-hello = Hello,
mail-invitation = You have a visit on { $date } at { $time }. Before you come, we would like to ask you a few questions. Your answers help you and your care team use the time for what matters to you.
mail-reminder = You have a visit on { $date } at { $time }. There is still time to answer a few questions before you come.
mail-last-reminder = Your visit is on { $date } at { $time }. If you like, you can still answer a few questions before you come. This is the last time we ask.
mail-button = Answer the questions
mail-about = It takes about { $minutes ->
        [one] { $minutes } minute
       *[other] { $minutes } minutes
    }. You need no account. To be sure it is you, we will ask for your year of birth.
mail-link-plain = Open this link:
mail-telegram = Would you rather answer in Telegram? Then open this link:
mail-private = This link is for you alone. Please do not pass it on.
mail-stop = To get no more messages, open the link and choose "Stop all messages".
mail-clinic = Your clinic

## Answering by mail
mail-subject-plain = About your mail
mail-marker = Please write your reply above this line
mail-first = The first question is below. To answer it, just reply to this mail.
mail-start = You can also answer by mail: reply with the word "start", and the first question comes by mail.
mail-warning = Mail is not as private as our page. Mail companies, and anyone who can open your mailbox, can read it. The questions are about your health. If you reply, you agree to go on by mail. If you would rather not, use the link.
mail-how = To answer, reply to this mail. Write your answer at the top.
mail-change = To change an answer, reply "change 3" with its number. Reply "answers" to see them all.
mail-page = You can also go on on the web page. What you answered is saved there:
mail-end = For no more messages, reply "stop".
mail-stale = You have answered this already. To change it, reply "answers".
mail-ahead = This question waits for your answer:
mail-unreadable = Thank you, but we cannot open pictures or files. Please write your answer as text.
mail-stranger = Thank you for your mail. We could not use it. Please reply from the address that our mail came to, or open the link in that mail. If you need help, call the clinic.
page-unsubscribe-title = Stop all messages?
page-unsubscribe = If you press the button, we will send you no more messages. Your visit stays as planned.
page-no-mail = Please open the newest mail from your clinic, or call them.

## Pages
page-title = Before your visit
page-language = Language
page-check-title = Is it you?
page-check-why = To keep your answers private, please tell us the year you were born.
page-check-year = Year of birth
page-check-hint = Four digits. For example: 1960
page-check-button = Continue
page-check-wrong = That does not match what the clinic has. Please try again.
page-check-locked = That was tried too often. Please wait 15 minutes and try again, or call your clinic.
page-gone-title = This link no longer works
page-gone = The link may be old, or not complete. Please open the newest message from your clinic, or call them.
page-expired-title = Please open your link again
page-expired = To keep your answers private, this page has closed. What you saved before is kept, what you typed last is not. Open the link in your message to go on.
page-begin-title = Welcome
page-begin = Begin
page-go-on = Go on
page-next = Save and go on
page-back = Back
page-skip = I prefer not to answer
page-nothing = I have nothing to add
page-pause = Go on later
page-help = Help
page-answers = My answers
page-change = Change
page-more = More choices
page-stop = Stop all messages
page-decline = I don't want to answer for this visit
page-not-me = This is not me
page-many = You can choose more than one.
page-chars-left = characters left
page-required = Please choose an answer, or "{ page-skip }".
page-paused-title = See you later
page-declined-title = All right
page-stopped-title = No more messages
page-not-me-title = Thank you
page-completed-title = Thank you
page-completed-review = Your answers
page-completed-change = You can still change an answer until your visit.
page-error-title = Something went wrong
page-error = That was our fault, not yours. What you answered before is saved. Please try again.
page-too-large = That was too long to take in. What you answered before is saved. Please send a shorter text.
page-sure = Are you sure?
page-yes-stop = Yes, stop all messages
page-yes-decline = Yes, not for this visit
page-yes-not-me = Yes, this is not me
page-no-back = No, go back
page-telegram = Answer in Telegram
page-telegram-how = This link opens a chat with us in Telegram. It works once. There we will ask for the year of birth again.
page-telegram-open = Open Telegram

## On paper
paper-title = Before your visit
paper-intro = Thank you for taking the time. Your answers help you and your care team to use the visit for what matters to you. No answer is wrong.
paper-how = Please use a pen. Tick the box that fits best, or write on the lines. To change an answer, cross it out and tick another box. You can leave out any question.
paper-hand-in = Please bring this form to your visit and hand it in.
paper-not-watched = Nobody reads this form until you hand it in. In an emergency call your local emergency number.
paper-name = Name
paper-birth-date = Date of birth
paper-visit = Visit
paper-filled-in = Filled in on
paper-code = Code
paper-who = Who filled in this form?
paper-recall = The questions are about this time: { $period }.
paper-only = Answer this only if { $condition }.
paper-and = { $first } and { $second }
paper-or = { $first } or { $second }
paper-if-answered = you gave an answer to question { $n }
paper-if-empty = you left question { $n } empty
paper-if-is = your answer to question { $n } is { $answers }
paper-if-not = your answer to question { $n } is not { $answers }
paper-if-more = your answer to question { $n } is more than { $answers }
paper-if-less = your answer to question { $n } is less than { $answers }
paper-if-at-least = your answer to question { $n } is { $answers } or more
paper-if-at-most = your answer to question { $n } is { $answers } or less
paper-only-women = This question is for women.
paper-only-men = This question is for men.
paper-answer-to = What you wrote at question { $n }
paper-about = This is about what you wrote at question { $n }.
paper-many = You can tick more than one box.
paper-number = Write a number from { $min } to { $max }.
paper-day = Day
paper-month = Month
paper-year = Year
paper-lines = Lines to write on
paper-boxes = Boxes for a number
paper-scale = Boxes from 0 to 10. 0 means: { $low }. 10 means: { $high }.
paper-end = Thank you. That was the last question.

## The patient's own copy
page-copy = See your own copy
page-copy-pdf = Your copy as PDF, to keep or print
copy-title = Your own copy
copy-for = What you told us before your visit on { $date }
copy-for-visit = What you told us before your visit
copy-yours = This is your copy. You decide who sees it.
copy-matters = What matters to you
copy-no-topics = You did not name a topic.
copy-wishes = What you want at your visit
copy-team = Questions from your care team
copy-scores = Your own earlier scores
copy-scores-note = A number alone says little. Talk about it with your care team.
copy-empty = You have not answered a question yet.
chart-higher-harder = A higher number means it was harder for you.
chart-higher-easier = A higher number means it was better for you.
chart-in-words = { $name }, on a scale from { $low } to { $high }. { $direction } { $points }.
chart-point = { $date }: { $value }

## The web door
page-check-why-date = To keep your answers private, please tell us the day you were born.
page-check-birth = Date of birth
page-check-day = Day
page-check-month = Month
page-check-in-year = Year
page-check-hint-date = In numbers. For example: 31 1 1960
page-check-unclear = Please type the year you were born, with four digits. For example: 1960
page-check-unclear-date = Please fill in day, month and year in numbers. For example: 31 1 1960
page-check-locked-long = That was tried too often. Please try again later, or call your clinic.
page-again-title = Is it still you?
page-again-why = This page was open for a long time. To keep your answers private, please tell us once more when you were born.
page-again-kept = Nothing you wrote is lost.
page-expired-typed = This is what you wrote. It is not saved. You can copy it:
page-expired-cookies = Does this page come up again and again? Then your browser blocks cookies. We need one small cookie to know that it is you. Please allow cookies for this page, or call your clinic.
page-cookies-title = We need one small cookie
page-cookies = Your browser did not keep our cookie, so we cannot know that it is you. Please allow cookies for this page, or use another browser. Then open your link again. You can also call your clinic.
page-review-title = Is everything right?
page-review = Please look at your answers once more. They are saved. You can still change each one.
page-review-done = Yes, I am finished
page-stale-title = Which answer is right?
page-stale = This question was answered in another place while this page was open.
page-stale-there = The answer from the other place
page-stale-keep = Keep this answer
page-stale-here = The answer from this page
page-stale-use = Use this answer
page-sure-stop = You will get no more messages from us. Your visit stays as planned.
page-sure-decline = We will not ask again for this visit. If you change your mind, just come back.
page-sure-not-me = We will set the answers aside and let the clinic know. Nothing more will be asked here.
page-chars-over = characters too many
page-help-how = Choose an answer or write it. Then press “{ page-next }”. No answer is wrong.
page-help-skip = You do not have to answer everything. To leave a question out, press “{ page-skip }”.
page-help-keys = With a keyboard you can press the number of an answer, then Enter.
page-help-leave = Every answer is saved. You can close this page at any time. To go on, open the link in your message.

## The tablet at the clinic
kiosk-title = Please type your code
kiosk-why = You get the code at the front desk.
kiosk-code = Code
kiosk-wrong = This code does not work. Please look at it again, or ask at the front desk for a new one.
kiosk-wait = Too many codes were tried. Please wait a few minutes, or ask at the front desk.
kiosk-still = Are you still there?
kiosk-closes = To keep your answers private, this page closes soon. Your answers are saved.
kiosk-stay = I am still here
kiosk-leave = Finish and give the tablet back
kiosk-end-title = Thank you
kiosk-end = Please give the tablet back. Nothing of what you wrote is left on it.
kiosk-closed-title = This page has closed
kiosk-closed = It was not used for a while. Your answers are saved. To go on, please ask at the front desk for a new code.
kiosk-next = Type a new code

## From the care team
note-subject = About your visit on { $date }
note-was-read = Your care team has read what you answered for your visit on { $date }.
note-here = Your care team wrote to you about your visit on { $date }:
note-behind-link = Your care team wrote to you about your visit on { $date }. You can read it on your page.
note-open = Read it on your page
page-team-title = From your care team
page-team-read = Your care team opened your answers on { $date }.
page-team-not-read = Your care team has not opened your answers yet.
page-team-tell = Tell me when they have read my answers
page-team-will-tell = We will send you a message when your care team has read your answers.
page-team-tell-not = Please do not tell me
page-team-no-reply = You cannot reply here. If it cannot wait, please call the clinic.
page-team-back = Back to your answers
chat-tell-me = Tell me when it was read
chat-will-tell = All right. We will tell you here when your care team has read your answers.
chat-was-read = Your care team has read your answers.

# After an answer that may need somebody at once, where it was given and nowhere else. The clinic's own local
# numbers follow crisis-call.
crisis-title = Please read this first
crisis-thanks = Thank you for telling us this. It matters.
crisis-call = If you might hurt yourself, or are in danger, please do not wait for us. Call now:
crisis-say = You can also tell us how things are now:
crisis-help = I need help now
crisis-safe = I am safe for now
help-called = We are telling the person on call at the clinic that you need help now. Please do not wait for them if you are in danger.
help-not-called = We cannot tell anybody at the clinic at once. Please do not wait for an answer: if you are in danger, call your local emergency number now.
safe-for-now = Thank you. We have noted that you are safe for now. Somebody of the clinic will see your answer.
not-now = The questions that are left cannot be asked right now. Your answers so far are kept; please come back later.
