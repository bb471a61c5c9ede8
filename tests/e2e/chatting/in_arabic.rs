//! A patient who reads from right to left.

use super::{Chat, answers};
use crate::kit::{
    World,
    world::{GRACE, JOHN},
};

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_chat_is_in_arabic() {
    let world = World::new().await;
    world.book(&[&GRACE.replace(",en,", ",ar,")]).await;
    world.tick().await;
    let telegram = world.messenger().await;
    // The messenger itself is in English: what counts is the patient's language.
    let mut chat = Chat::of(&telegram, telegram.api.user("Grace", "en"));
    chat.says(&[&format!("/start {}", telegram.code("A1").await), "١٩٥٨"]).await;
    insta::assert_snapshot!(chat.news(), @r"
    Grace: /start CODE
    bot: ‏حتى تبقى الإجابات خاصة، يُرجى كتابة سنة ميلاد الشخص الذي لديه الموعد. أربعة أرقام. مثال: 1960
    Grace: ١٩٥٨
    bot: ‏شكرًا لك. من سيجيب هنا؟
      [أجيب عن نفسي]
      [أجيب مع بعض المساعدة]
      [أجيب نيابةً عن شخص آخر]
    ");
    chat.says(&["١", "نعم", "أنام قليلاً"]).await;
    insta::assert_snapshot!(chat.news(), @r#"
    Grace: ١
    bot: ‏يُرجى قراءة هذا أولًا. تيليجرام شركة من خارج عيادتك. كل ما يُكتب هنا يُحفظ على أجهزتها، ويمكن أن يقرأه كل من يستطيع فتح هذه المحادثة. الأسئلة عن صحتك. يمكنك في أي وقت استخدام صفحة الويب الخاصة بعيادتك بدلًا من ذلك.
      
      ‏لا أحد يتابع هذه الإجابات على مدار الساعة. في حالة الطوارئ، يُرجى الاتصال برقم الطوارئ في منطقتك.
      
      ‏هل تناسبك الإجابة هنا في تيليجرام؟
      [نعم، أوافق]
      [لا، ليس هنا]
    Grace: نعم
    bot: ‏شكرًا لك. يمكنك الإجابة هنا من الآن فصاعدًا. لإنهاء ذلك في أي وقت، يُرجى كتابة "توقف".
      
      ‏مرحبًا. يودّ فريق رعايتك أن يسمع منك قبل موعدك. هكذا يكون وقتكم معًا لما يهمّك.
      
      ‏هناك 10 أسئلة قصيرة على الأكثر. يستغرق ذلك حوالي 3 دقائق.
      
      ‏يمكنك تجاوز أي سؤال، والتوقف في أي وقت، والعودة لاحقًا. تُحفظ كل إجابة فور إرسالها.
      
      ‏لا أحد يتابع هذه الإجابات على مدار الساعة. في حالة الطوارئ، يُرجى الاتصال برقم الطوارئ في منطقتك.
      
      ‏1 من 10
      
      ‏ما أهم شيء لك في هذه الزيارة؟ عمّ تود أن تتحدث؟
      
      ‏مثلاً: شيء يقلقك، أو تغيّر لاحظته، أو دواء، أو أمر تخطط له، أو شيء لم تعد تستطيع فعله.
      
      ‏يمكنك الإجابة بكلماتك. أقصى عدد من الأحرف هو 500.
      [ليس لدي ما أضيفه]
      [خيارات أخرى]
    Grace: أنام قليلاً
    bot edits message 8: ‏مرحبًا. يودّ فريق رعايتك أن يسمع منك قبل موعدك. هكذا يكون وقتكم معًا لما يهمّك.
      
      ‏هناك 10 أسئلة قصيرة على الأكثر. يستغرق ذلك حوالي 3 دقائق.
      
      ‏يمكنك تجاوز أي سؤال، والتوقف في أي وقت، والعودة لاحقًا. تُحفظ كل إجابة فور إرسالها.
      
      ‏لا أحد يتابع هذه الإجابات على مدار الساعة. في حالة الطوارئ، يُرجى الاتصال برقم الطوارئ في منطقتك.
      
      ‏1 من 10
      
      ‏ما أهم شيء لك في هذه الزيارة؟ عمّ تود أن تتحدث؟
      
      ‏مثلاً: شيء يقلقك، أو تغيّر لاحظته، أو دواء، أو أمر تخطط له، أو شيء لم تعد تستطيع فعله.
      
      ‏✓ أنام قليلاً
    bot: ‏2 من 10
      
      ‏“أنام قليلاً”
      
      ‏ماذا تود أن نفعل بهذا الموضوع؟
      [1 · أريد التحدث عنه]
      [2 · للعلم فقط]
      [3 · ليس اليوم]
      [أفضّل عدم الإجابة]
      [رجوع] [خيارات أخرى]
    "#);
    chat.says(&["٢", "لا", "٧", "لا شيء"]).await;
    insta::assert_snapshot!(chat.newest(), @r#"
    ‏شكرًا لك. كان هذا كل شيء. سيرى فريق رعايتك إجاباتك قبل موعدك.
      
      ‏يمكنك تغيير أي إجابة حتى موعدك: يُرجى كتابة "إجاباتي" لرؤيتها، و"تغيير 3" لتغيير الإجابة رقم 3.
      
      ‏لا أحد يتابع هذه الإجابات على مدار الساعة. في حالة الطوارئ، يُرجى الاتصال برقم الطوارئ في منطقتك.
      [إجاباتي]
      [أخبروني عندما تُقرأ]
    "#);
    insta::assert_snapshot!(answers(&world, "A1").await, @r"
    visit-agenda/confidence: 7 (telegram, patient)
    visit-agenda/confidence-help:  (telegram, patient)
    visit-agenda/topic-1: أنام قليلاً (telegram, patient)
    visit-agenda/topic-1-wish: know (telegram, patient)
    visit-agenda/topic-2:  (telegram, patient)
    ");
    chat.presses(&["إجاباتي", "✏️ 2", "3 · ليس اليوم"]).await;
    chat.says(&["مساعدة", "توقف", "مرحبا"]).await;
    // Nothing of it in another language, and every line begins from the right.
    for call in telegram.api.calls_of("sendMessage") {
        let text = call.given["text"].as_str().unwrap();
        assert!(!text.replace("\"لغة en\"", "").contains(|c: char| c.is_ascii_alphabetic()), "{text}");
        let lines = text.lines().filter(|line| !line.is_empty());
        assert!(lines.clone().all(|line| line.starts_with('\u{200F}')), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_arabic_text_is_not_asked() {
    let world = World::new().await;
    world.book(&[&JOHN.replace(",en,", ",ar,")]).await;
    world.tick().await;
    let telegram = world.messenger().await;
    let chat = Chat::of(&telegram, telegram.api.user("John", "ar"));
    chat.says(&[&format!("/start {}", telegram.code("A2").await), "1949", "1", "نعم", "لا", "9"]).await;
    // Neither the clinic's questions nor the mood: there is no published text in Arabic.
    assert!(chat.newest().contains("كان هذا كل شيء"), "{}", chat.newest());
    let asked = answers(&world, "A2").await;
    assert!(asked.lines().all(|line| line.starts_with("visit-agenda/")), "{asked}");
    let page = world.page("A2").await;
    assert!(page.contains("Mood: not asked, there is no published text in Arabic"), "{page}");
}
