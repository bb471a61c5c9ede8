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
mail-private = This link is for you alone. Please do not pass it on.
mail-stop = To get no more messages, open the link and choose "Stop all messages".
mail-clinic = Your clinic

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
