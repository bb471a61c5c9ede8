use insta::assert_snapshot;

use super::*;

fn arabic() -> Chat {
    let mut chat = Chat::new(script("gi-follow-up", "ar"));
    chat.lang = lang("ar");
    chat
}

/// An English question in an Arabic chat.
fn english_inside() -> Chat {
    let mut chat = Chat::new(script_of((*instrument("gad-7")).clone()));
    chat.lang = lang("ar");
    chat
}

#[test]
fn every_line_in_arabic_begins_with_the_mark() {
    let mut chat = arabic();
    chat.about = Some("ليلى");
    assert_snapshot!(chat.asks("visit-agenda", "topic-1"), @r"
    <R>ليلى · 1 من 10

    <R>ما أهم شيء لك في هذه الزيارة؟ عمّ تود أن تتحدث؟

    <R>مثلاً: شيء يقلقك، أو تغيّر لاحظته، أو دواء، أو أمر تخطط له، أو شيء لم تعد تستطيع فعله.

    <R>يمكنك الإجابة بكلماتك. أقصى عدد من الأحرف هو 500.
    [ليس لدي ما أضيفه]
    [خيارات أخرى]
    ");
    chat.answers("visit-agenda", "topic-1", Value::Text("ألم في البطن\nمنذ 3 أسابيع".into()));
    assert_snapshot!(chat.asks("visit-agenda", "topic-1-wish"), @r"
    <R>ليلى · 2 من 10

    <R>“ألم في البطن
    <R>منذ 3 أسابيع”

    <R>ماذا تود أن نفعل بهذا الموضوع؟
    [1 · أريد التحدث عنه]
    [2 · للعلم فقط]
    [3 · ليس اليوم]
    [أفضّل عدم الإجابة]
    [رجوع] [خيارات أخرى]
    ");
    let says = [Say::Help, Say::Review, Say::Completed, Say::Languages].map(Tell::Say);
    let message = lay_out(&says, &chat.view());
    for line in message.text.lines().filter(|line| !line.is_empty()) {
        assert!(line.starts_with('\u{200F}') && !line[3..].contains('\u{200F}'), "{line}");
    }
}

#[test]
fn an_english_question_in_an_arabic_chat_keeps_its_direction() {
    assert_snapshot!(english_inside().asks("gad-7", "q2"), @r"
    <R>2 من 7

    Over the last 2 weeks, how often have you been bothered by the following problems?

    Not being able to stop or control worrying
    [0 · Not at all]
    [1 · Several days]
    [2 · More than half the days]
    [3 · Nearly every day]
    [أفضّل عدم الإجابة]
    [رجوع] [خيارات أخرى]
    ");
    let long = Chat {
        lang: lang("ar"),
        ..Chat::new(script_of(own(
            "[[item]]\nid = \"a\"\nkind = \"choice\"\ntext = { en = \"A?\" }\nchoices = [{ code = \"0\", text = { en = \"A label that is too long for a button\" } }, { code = \"1\", text = { en = \"No\" } }]\n",
        )))
    };
    assert_snapshot!(long.asks("own", "a"), @r"
    <R>1 من 1

    A?

    0  A label that is too long for a button
    1  No
    [0] [1]
    [أفضّل عدم الإجابة]
    [خيارات أخرى]
    ");
}

#[test]
fn foreign_words_of_the_patient_stand_in_an_arabic_line() {
    let mut chat = arabic();
    for (item, words) in
        [("topic-1", "MRI scan"), ("topic-2", "ألم"), ("topic-3", "3 tablets, or 4?\nmaybe 5")]
    {
        chat.answers("visit-agenda", item, Value::Text(words.into()));
    }
    assert_snapshot!(chat.asks("visit-agenda", "topic-1-wish"), @r"
    <R>2 من 10

    <R>“MRI scan”

    <R>ماذا تود أن نفعل بهذا الموضوع؟
    [1 · أريد التحدث عنه]
    [2 · للعلم فقط]
    [3 · ليس اليوم]
    [أفضّل عدم الإجابة]
    [رجوع] [خيارات أخرى]
    ");
    assert_snapshot!(chat.asks("visit-agenda", "first"), @r"
    <R>7 من 10

    <R>أيّها يأتي أولاً؟

    <R>1  MRI scan
    <R>2  ألم
    <R>3  3 tablets, or 4?
    <R>maybe 5
    [1] [2] [3]
    [أفضّل عدم الإجابة]
    [رجوع] [خيارات أخرى]
    ");
    assert_snapshot!(chat.answered("visit-agenda", "topic-1").unwrap(), @r"
    <R>1 من 10

    <R>ما أهم شيء لك في هذه الزيارة؟ عمّ تود أن تتحدث؟

    <R>مثلاً: شيء يقلقك، أو تغيّر لاحظته، أو دواء، أو أمر تخطط له، أو شيء لم تعد تستطيع فعله.

    <R>✓ MRI scan
    ");
    assert_snapshot!(chat.answered("visit-agenda", "topic-3").unwrap(), @r"
    <R>5 من 10

    <R>هل هناك شيء آخر؟

    <R>✓ <L>3 tablets, or 4?
    <R>maybe 5
    ");
}

#[test]
fn an_answer_in_arabic_is_marked_and_a_number_keeps_its_order() {
    let mut chat = arabic();
    chat.answers("visit-agenda", "confidence", Value::Scale(7));
    chat.answers("visit-agenda", "topic-1", Value::Skipped);
    assert_snapshot!(chat.answered("visit-agenda", "confidence").unwrap(), @r"
    <R>2 من 3

    <R>ما مدى ثقتك بقدرتك على العناية بصحتك كل يوم؟

    <R>0 = لست واثقاً أبداً, 10 = واثق جداً

    <R>✓ <L>7 / 10
    ");
    assert_snapshot!(chat.answered("visit-agenda", "topic-1").unwrap(), @r"
    <R>1 من 3

    <R>ما أهم شيء لك في هذه الزيارة؟ عمّ تود أن تتحدث؟

    <R>مثلاً: شيء يقلقك، أو تغيّر لاحظته، أو دواء، أو أمر تخطط له، أو شيء لم تعد تستطيع فعله.

    <R>✓ لا شيء
    ");
    assert_snapshot!(chat.shows(&[Tell::Say(Say::Review)]), @r#"
    <R>إجاباتك حتى الآن:

    <R>1. ما أهم شيء لك في هذه الزيارة؟ عمّ تود أن تتحدث؟ ← لا شيء

    <R>2. ما مدى ثقتك بقدرتك على العناية بصحتك كل يوم؟ ← <L>7 / 10

    <R>لتغيير إجابة، يُرجى الضغط على القلم الذي بجانبه رقمها، أو كتابة "تغيير 3".
    [✏️ 1] [✏️ 2]
    "#);
    let mut english = english_inside();
    english.answers("gad-7", "q1", Value::Choice("0".into()));
    english.answers("gad-7", "q2", Value::Skipped);
    assert_snapshot!(english.answered("gad-7", "q1").unwrap(), @r"
    <R>1 من 7

    Over the last 2 weeks, how often have you been bothered by the following problems?

    Feeling nervous, anxious or on edge

    ✓ Not at all
    ");
    assert_snapshot!(english.answered("gad-7", "q2").unwrap(), @r"
    <R>2 من 7

    Over the last 2 weeks, how often have you been bothered by the following problems?

    Not being able to stop or control worrying

    <R>✓ أفضّل عدم الإجابة
    ");
}

#[test]
fn a_name_of_the_other_direction_does_not_take_the_numbers_along() {
    let mut chat = arabic();
    chat.about = Some("Anna Berg");
    assert!(chat.asks("visit-agenda", "topic-1").starts_with("<R><R>Anna Berg<R> · 1 من "));
    let mut chat = Chat::new(script("gi-follow-up", "en"));
    chat.about = Some("ليلى");
    assert!(chat.asks("visit-agenda", "topic-1").starts_with("<L>ليلى<L> · 1 of "));
    chat.about = Some("Anna Berg");
    assert!(chat.asks("visit-agenda", "topic-1").starts_with("Anna Berg · 1 of "));
}

#[test]
fn a_link_is_read_from_left_to_right() {
    let mut chat = arabic();
    chat.link = Some("http://localhost:8080/v/abc");
    let text = chat.shows(&[Tell::Say(Say::Elsewhere)]);
    assert!(text.starts_with("<R>") && text.ends_with("\n\nhttp://localhost:8080/v/abc"), "{text}");
}
