using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace ErzyCall.Api.Features.DoNotCall;

/// <summary>
/// The sentences by which a customer asks on the phone not to be called again, in the languages in which STOP is understood. A lone word
/// ("stop", "no") is none of them, since people say it to interrupt. Nor is a wish about time ("don't call me before nine"), nor what
/// somebody tells or asks about calls ("they stopped calling", "why did you not call me again?"). It is a net of phrases that knows no
/// grammar: a wish in words of its own ("lose my number") falls through it.
/// </summary>
internal static partial class OptOutSentence
{
    /// <summary>The end of a sentence and a pause, which stand as words of their own in a text as <see cref="Spell"/> has it.</summary>
    private const char End = '!', Pause = ',';

    /// <summary>
    /// The plain letter that stands for those behind it. Recognizers write accents or leave them out; Arabic and Persian have letters of
    /// their own for one sound; Chinese is written in two ways. Unicode normalization would find the accents, but is not to be had in the
    /// invariant mode of globalization.
    /// </summary>
    private static readonly Dictionary<char, char> s_plain = new[]
    {
        "aàáâãäåæāăąạảấầẩẫậắằẳẵặ", "cçćč", "dđďð", "eèéêëēěęẹẻẽếềểễệ", "gğ", "iìíîïīıİịỉĩ", "lłľ", "nñńň", "oòóôõöøőœơọỏốồổỗộớờởỡợ",
        "rřŕ", "sśšşșß", "tťţț", "uùúûüůűųūưụủũứừửữự", "yýÿỳỵỷỹ", "zźżž",
        "αά", "εέ", "ηή", "ιίϊΐ", "οό", "σς", "υύϋΰ", "ωώ", "еёє", "ийії", "гґ",
        "اأإآٱ", "يىیئ", "كک", "هةۀ", "وؤ",
        "\u0915\u0958", "\u091C\u095B", "\u0921\u095C", "\u0922\u095D", "\u092B\u095E", "\u0902\u0901",
        "电電", "话話", "给給", "联聯", "络絡", "系繫係", "别別", "请請", "骚騷", "扰擾", "号號", "码碼", "从從", "单單", "删刪", "将將", "机機",
        "么麼", "为為", "会會", "没沒", "们們", "来來", "这這", "个個", "过過", "时時", "点點", "后後", "钟鐘", "统統", "数數", "库庫", "册冊",
        "绝絕", "对對", "拨撥", "资資", "记記", "录錄", "烦煩", "周週", "还還", "间間", "听聽", "现現", "礼禮", "里裡裏", "许許", "营營",
    }
    .SelectMany(letters => letters.Skip(1).Select(letter => (letter, letters[0])))
    .ToDictionary();

    private static readonly Language s_arabic = new(
        filler: "من (?:اليوم|الآن)(?: فصاعدا)?|من فضلك|من فضلكم|لو سمحت|لو سمحتم|لو سمحتوا|أرجوك|أرجوكم",
        me: "بي|بنا|علي|عليا|بيا|فيني|فيا|معي|هنا|(?:على|ب) ?(?:هذا الرقم|رقمي)",
        again: "(?:مرة )?(?:أخرى|ثانية|تانية)|مجددا|تاني|من جديد|بعد الآن|بعد اليوم|أبدا|نهائيا|مطلقا",
        call: "تتصلي?|تتصلوا|تتصلون|تكلمني|تكلموني|تزعجني|تزعجوني|تتواصل(?:وا)?|ترن(?:وا)?|تدق(?:وا)?|تعاود(?:وا)? الاتصال|"
            + "تعيد(?:وا)? الاتصال",
        remove: "احذف(?:وا)?|احذفي|امسح(?:وا)?|امسحي|أزل|أزيلوا|شيل(?:وا)?|شيلي|اشطب(?:وا)?|ارفعوا|تحذف(?:وا)?|تمسح(?:وا)?|تشيل(?:وا)?",
        calls:
        [
            "[وف]?(?:لا|ما) <call> ~<again>",
            "[وف]?لا <call> <me> ~!",
            "(?:ما ?|م)?(?:تتصلوش|تتصلش|تكلمنيش|تكلمونيش|ترنش|ترنوش) ~<again>",
            "(?:أرجو|نرجو|يرجى|رجاء|الرجاء|أطلب|أطلب منكم|أريد|أتمنى) عدم (?:معاودة )?الاتصال (?:<me>|<again>|!)",
            "(?:توقف(?:وا)?|توقفي|كف(?:وا)?|أوقف(?:وا)?|بطل(?:وا)?|وقف(?:وا)?) (?:عن )?(?:الاتصال (?:<me>|!)|تتصل(?:وا)?|هذه المكالمات|"
                + "اتصالاتكم|مكالماتكم)",
            "(?:أنا )?(?:لا أريد|لا نريد|لا أرغب|لا أود|ما بدي|ما أبغى|ما أبي|مش عايزه?|مش عاوزه?) (?:(?:أن|في|منكم|أي|من|المزيد|مزيد|"
                + "استقبال|تلقي) )*(?:تتصل(?:وا)? <me>|(?:ال)?(?:مكالمات|اتصالات)(?:كم)?)",
        ],
        lists:
        [
            "(?:<remove>|(?:أريد|أرجو|نرجو|أطلب|الرجاء|رجاء|يرجى) (?:حذف|إزالة|مسح|شطب)) (?:رقمي|رقم (?:هاتفي|تليفوني|جوالي|موبايلي)|"
                + "هذا الرقم|اسمي من)",
            "(?:احذفني|احذفوني|أزلني|أزيلوني|شيلني|شيلوني|اشطبوني|أخرجوني) من (?:ال)?(?:قائم|قوائم|لائح|لوائح|ليست|سجل|قاعد|نظام)_*",
        ],
        earlier: "قبل (?:الساعة )?_+|اليوم|غدا|الليلة|الآن",
        later: "قبل|حتى|إلى أن|بعد (?:الساعة|[0-9]_*|الظهر|العصر|المغرب|منتصف|يوم|الدوام)|غدا|بكر[هةا]|اليوم|الليلة|الآن|يوم|ليلا|صباحا|"
            + "مساء|أثناء|خلال|في (?:الليل|الصباح|المساء|هذا الوقت)|إلا (?:بعد|يوم|في)",
        unless: ["(?:لماذا|ليش|ليه|لم|هو|هي|هم|إذا|لو|أنا|قد|لقد|حتى|كان|كانوا|أنه|أنها|أنهم|لا|ما|تم) [@#]", "# الانتظار"]);

    private static readonly Language s_chinese = new(
        filler: "请|真的|千万|拜托|麻烦|求求|都|就|也|以后|今后|从今往后",
        me: "(?:给|跟|向|往|对|俾)我(?:这里|家)?",
        again: "再|继续",
        call: "打电话|打来|打过来|打嚟|打给我|打俾我|打扰我?|打我的?(?:电话|手机|号码)|打这个(?:电话|号码)|致电|来电|拨打|联系我|联络我|骚扰|烦我",
        remove: "删(?:除|掉)?|移除|去掉|划掉|除名|拿掉|剔除|清除|移出",
        calls:
        [
            "(?:不要|不用|不许|不准|不可以|不必|别|勿|唔好)(?:你们?)?<again>(?:<call>|<me>(?:打|来电|致电|拨)|打了|打 [!,]|联系了)",
            "(?:不要|不许|不准|别|唔好)(?:<me>打电话|打电话(?:给|俾)我|打给我|打俾我|打电话来|联系我|联络我|骚扰我)(?:[了啦]|(?:好吗|行吗|好不好|谢谢)? [!,])",
            "停止<again>?<me>?(?:打电话|来电|致电|拨打|骚扰|打扰|联系我)",
            "不(?:想|愿意?|希望|要)<again>(?:接到|收到|听到|接听|接)(?:你们?的?|贵公司的?|这种|这样的|这些|此类|推销|任何)*(?:电话|来电)",
        ],
        lists:
        [
            "[把将]我(?:们|的(?:名字|姓名|电话|手机|号码|电话号码|手机号码?|资料|信息))?[从在]?<list>给?<remove>",
            "从<list>(?:[把将]我(?:的(?:名字|电话|号码|电话号码))?<remove>|<remove>我)",
            "[把将]我的?(?:电话|手机|联系)?(?:号码|号|电话)(?:给|从_{0,12})?(?:<remove>|拉黑)",
            "<remove>我的?(?:电话|手机|联系)?(?:号码|号|电话)",
        ],
        earlier: "(?:[点钟时半午饭班]以?[前后]|[日天号周月年]以?前|之前|以前|到(?:[周星礼下明]|[0-9一二三四五六七八九十])_{0,4}|[今明后]天|今晚|明早|现在|暂时|目前|早上|晚上|半夜|夜里|凌晨|中午|下午|上午|"
            + "周末|工作日|(?:周|星期|礼拜)[一二三四五六日天]|这周|本周|下周|[0-9一二三四五六七八九十]点|时间|时候|期间)(?:里面?|内|先|我|你们?|您|可以| , )*",
        later: "(?:给?我)?了?(?: , )?(?:直到|等到|在_{1,8}[前后]|[0-9一二三四五六七八九十]+点)|[给跟][他她它别其你]",
        unless:
        [
            "(?:他们?|她们?|它们?|谁|为什么|为何|为啥|怎么|如果|要是|已经|是否)(?:你们?|您|已经|会|要|说)*[@#]",
            "(?:不要|不用|不能|不想|别|没|没有|不会|我)(?:帮我|给我)?#",
            "#了(?:吗|没)",
        ],
        words: new()
        {
            ["list"] = "(?:你们?的?|您的?|贵公司的?|这个|呼叫|电话|拨打|联系人?|营销|客户)*(?:名单|列表|清单|名册|通讯录|系统|数据库|资料库)[上里面中内]*",
        },
        spaced: false);

    private static readonly Language s_czech = new(
        filler: "ode dneška|od (?:teď|dneška|zítřka)|prosím(?: vás)?|laskavě|opravdu|si|jednou provždy",
        me: "mi|nám|mě|mne|nás|sem|na (?:toto|tohle|moje|mé) číslo",
        again: "už|již|víc|více|víckrát|nikdy|znovu|zase|dál|příště",
        call: "ne(?:volej|volejte|telefonuj|telefonujte|kontaktuj|kontaktujte|obtěžuj|obtěžujte)",
        remove: "vyškrtněte|vyškrtni|vymažte|vymaž|odstraňte|odstraň|vyřaďte|vyřaď|smažte|smaž|odeberte|vyškrtnout|vymazat|odstranit|"
            + "vyřadit|smazat",
        calls:
        [
            "<again> ~(?:<again> )*<call>",
            "<call> ~<again>",
            "<call> <me> ~!",
            "<me> <call> !",
            "(?:přestaňte|přestaň|přestat|nechte|nech) (?:toho )?~(?:s )?(?:volat|telefonovat|otravovat|obtěžovat|volání|(?:tím )?voláním)",
            "(?:nechci|nechceme|nepřeji|nepřeju|nepřejeme) (?:<again> )*(?:aby(?:ste)? ~(?:<again> )*(?:volal|telefonoval|kontaktoval)_*|"
                + "(?:(?:žádné|další|vaše|od vás) )+(?:hovory|telefonáty))",
        ],
        lists:
        [
            "<remove> ~(?:(?:moje|mé) číslo )?(?:ze|z) (?:(?:svého|vašeho|toho|tohoto|vaší|té|své) )*(?:seznamu|databáze|evidence|systému)",
            "<remove> (?:moje|mé|naše) (?:telefonní )?číslo",
        ],
        earlier: "dnes|dneska|zítra|teď|večer|ráno|v noci|do <day>|(?:před|po) (?:[0-9]_*|šesté|sedmé|osmé|osmou|devátou|desátou|"
            + "polednem)(?: hodin_*)?",
        later: "před|do <day>|po (?:[0-9]_*|šesté|sedmé|osmé|deváté)|dřív|dříve|dokud|než|dnes|dneska|zítra|večer|ráno|v (?:noci|pondělí|"
            + "úterý|sobotu|neděli)|o víkendu|tak (?:brzy|brzo|pozdě)|teď",
        unless: ["(?:proč|jestli|když|oni|on|ona|nechci|nemůžu|nejde|já|chtěl|chtěla) ~[@#]"],
        words: new()
        {
            ["day"] = "pondělí|úterý|středy|čtvrtka|pátku|soboty|neděle|zítra|[0-9]_*|osmi|devíti|desíti",
        });

    private static readonly Language s_danish = new(
        filler: "fra (?:nu af|i dag af|i dag)|venligst|lige|så|bare|nu|tak|altså|for guds skyld",
        me: "(?:til )?(?:mig|os)|her|herhen|op|(?:på |til )?(?:dette|mit) nummer",
        again: "igen|mere|længere|nogensinde|flere gange|fremover|en anden gang",
        call: "ring|kontakt",
        remove: "fjern|slet|tag|stryg|fjerne|slette|tage|stryge",
        calls:
        [
            "<call> (?:ikke|aldrig) ~<again>",
            "<call> (?:ikke|aldrig) <me> ~!",
            "(?:lad være|lad vær|lade være|stop|stoppe|hold op|holde op) (?:med )?at (?:ringe|kontakte)",
            "(?:må|skal) (?:du |i |de )?(?:ikke|aldrig) (?:ringe|kontakte) ~<again>",
            "(?:venlig|venlige|beder (?:dig|jer) om|!) (?:ikke|aldrig) (?:at )?ringe ~<again>",
            "(?:jeg |vi )?(?:vil|ønsker) (?:ikke|aldrig) (?:at )?(?:ringes op|blive ringet op|kontaktes|have (?:flere|jeres) opkald|"
                + "have at (?:i|du) ringer) (?:<again>|!)",
        ],
        lists:
        [
            "<remove> ~(?:mit (?:telefon)?nummer )?(?:af|fra|ud af) (?:(?:jeres|din|deres|den|denne) )*(?:ringe|opkalds|telefon|"
                + "kontakt)?(?:liste[nr]?|register|registret|systemet|databasen?|kartotek)",
            "(?:fjern|slet|stryg|fjerne|slette) mit (?:telefon|mobil)?nummer",
        ],
        earlier: "i dag|i morgen|i aften|(?:før|inden|indtil) (?:klokken )?_+",
        later: "før|inden|indtil|til (?:mandag|tirsdag|onsdag|torsdag|fredag|lørdag|søndag)|efter|klokken|i dag|i morgen|i aften|"
            + "om (?:aftenen|morgenen|natten|søndagen)|på (?:søndag|en|mandag)|tidligt|sent|mens|når|end",
        unless: ["(?:hvorfor|hvis|når|jeg|han|hun|vi|ikke|aldrig|kan) (?:du |i |de )?[@#]"]);

    private static readonly Language s_dutch = new(
        filler: "vanaf (?:nu|vandaag|morgen)|alstublieft|alsjeblieft|aub|a u b|graag|gewoon|nu|toch|maar|eens|ook|echt|voortaan",
        me: "mij|me|ons|u|jullie|je|hier|naar|op|(?:dit|mijn) nummer",
        again: "meer|weer|opnieuw|nog een keer|nog|ooit",
        call: "bel|belt u|contacteer|benader",
        remove: "haal|haalt|verwijder|verwijdert|schrap|schrapt|neem|streep|wis|wist|delete",
        calls:
        [
            "<call> ~(?:niet|nooit) ~<again>",
            "<call> ~<me> ~(?:niet|nooit) ~!",
            "(?:!|,|en|om) ~(?:niet|nooit) <again> ~(?:te )?(?:op)?bellen",
            "(?:wilt|wil|wilde|kunt|kan|kunnen|zou|mag|moet|moeten|mogen|hoeven|hoeft|verzoek) ~(?:om )?~(?:niet|nooit) <again> ~"
                + "(?:te )?(?:op)?(?:bellen|benaderen|contacteren)",
            "(?:stop|stopt|stoppen|hou|houd|houdt|ophouden) ~met ~(?:te )?(?:op)?bellen",
            "(?:ik|we|wij) (?:wil|willen|wens|wensen) (?:niet|nooit|geen) (?:<again> )?(?:(?:door )?~gebeld (?:te )?worden|"
                + "(?:telefoontjes|telefoon|oproepen|belletjes) ~<again>|dat ~(?:<again> )*belt)",
            "(?:ik|we|wij) (?:wil|willen|wens) dat ~(?:niet|nooit) <again> (?:op)?(?:belt|bellen)",
        ],
        lists:
        [
            "<remove> ~(?:mijn (?:telefoon|mobiele )?nummer |mijn naam )?<list>",
            "(?:mij|me|ons|mijn (?:telefoon)?nummer) <list> (?:te )?(?:af)?(?:halen|verwijderen|schrappen|strepen)",
            "<remove> ~mijn (?:telefoon|mobiele )?nummer",
            "~mijn (?:telefoon|mobiele )?nummer (?:te )?(?:verwijderen|wissen|schrappen)",
        ],
        earlier: "vandaag|morgen|vanavond|s avonds|s ochtends|(?:tot|voor) (?:morgen|<day>|_+ uur)",
        later: "voor|tot|na|om|morgen|vandaag|vanavond|s ?(?:avonds|ochtends|morgens|nachts)|op (?:werkdagen|mijn werk|<day>)|zo (?:vroeg|"
            + "laat)|in het weekend|tijdens|zolang|terwijl|wanneer|deze week|dan",
        unless: ["(?:waarom|als|wanneer|indien|ik|hij|zij|ze|men|die|niemand|dat|niet|nooit|ben|bent|zijn) ~[@#]"],
        words: new()
        {
            ["list"] = "(?:van|uit) (?:(?:uw|jullie|je|de|deze|die|al) )*(?:bel|telefoon|contact|adressen|klanten)?(?:lijst|lijsten|"
                + "bestand|database|systeem)",
            ["day"] = "maandag|dinsdag|woensdag|donderdag|vrijdag|zaterdag|zondag",
        });

    private static readonly Language s_english = new(
        filler: "please|kindly|ever|just|really|simply|okay|ok|um|uh|thanks|thank you|the hell|fucking|bloody|damn|at all|dare(?: to)?",
        me: "(?:at |on )?(?:me|us|here|(?:this|my|our) (?:(?:phone|cell|mobile|home|work|office) )?(?:number|phone|house|home|line|office|"
            + "cell|mobile|place))|at (?:home|work)|back|up",
        again: "again|any ?more|any longer|no more|in (?:the )?future|from now on",
        call: "call|phone|ring|contact|telephone|dial",
        remove: "take|remove|delete|get|cross|strike|drop|erase|scratch",
        calls:
        [
            "(?:do not|don't|never) (?:you )?(?:<call>|bother|disturb) ~<again>",
            "(?:do not|don't|never) (?:you )?<call> (?:back )?<me> ~!",
            "(?:you )?(?:must|should|may|shall|better|to) not <call> ~<again>",
            "(?:can|could|would|will) you not <call> <me> ~<again>",
            "not to <call> <me> ~<again>",
            "mind not (?:calling|phoning|contacting) ~<again>",
            "(?:(?:i|we) )?(?:do not|don't|never|no longer|would not|wouldn't) (?:want|wish|like) (?:for )?(?:(?:you|anyone|anybody|"
                + "them) )?(?:to <call> ~(?:<again>|!)|(?:to )?(?:be|being|get|getting) (?:called|contacted|phoned) ~(?:<again>|!)|"
                + "(?:to (?:get|receive) |(?:any|more|further|your|these|those|such) )(?:(?:any|more|further|of|your|these|those|phone|"
                + "sales|marketing) )*calls?)",
            "(?:(?:i'd|i would|we would) )?rather you (?:did not|didn't|don't|do not) <call> ~(?:<again>|!)",
            "(?:[!,] you )?(?:stop|quit|cease) (?:with |making )?(?:(?:all|of|the|these|those|your|phone|sales|marketing) )*calls",
            "(?:why don't you |(?:[!,]|and|but) you )?(?:stop|quit|cease) (?:with )?(?:(?:all|the|these|those|your|this) )*(?:calling|"
                + "phoning|ringing|contacting|telephoning|dialing|bothering) (?:here|(?:this|my|our) (?:_+ )?(?:number|phone|house|home|"
                + "line|office|cell|mobile|place)|(?:(?:me|us) )?(?:at (?:home|work) )?(?:[!,]|<again>|<more>)|(?:me|us) (?:and|or|if|for|"
                + "from|about|it's|it is|this is|your|you're|that's|there|take|remove|don't|do|no|not|never))",
            "[!,] no more (?:(?:phone|sales|marketing|of|your|these) )*calls (?:[!,]|<again>|from|to (?:me|us|this|my))",
        ],
        lists:
        [
            "<remove> (?:me|us|<mine> (?:number|name|phone|details|information|contact)) <list>",
            "be (?:removed|taken|deleted|erased) <list>",
            "(?:remove|delete|erase|take off|take out) <mine> number",
            "take <mine> number (?:off|out)",
            "(?:put|add|place|get) (?:me|us|<mine> number) (?:on|to|in|onto|into) (?:(?:your|the|a|that|national) )*do not call",
            "unsubscribe me|opt me out|(?:want|like|wish) to opt out",
        ],
        earlier: "(?:until|till|til|before|after) (?:<hour>|work|school|then|tomorrow|next week)",
        later: "(?:, )?(?:until|till|til|before)|after (?:<hour>|work|school|dark|hours|the|my|i|we)|on (?:a |the |my )?(?:<day>|"
            + "weekends?|weekdays?|holidays?|christmas|vacation)|at (?:night|this (?:time|hour)|that|such|the weekend|<hour>)|today|"
            + "tonight|tomorrow|this (?:morning|afternoon|evening|week|month|late|early)|(?:that|so|too) (?:late|early|soon)|"
            + "in the (?:morning|afternoon|evening|night|middle|next)|for (?:(?:a|an|another|at least|the|next|few|couple of|[0-9]_*|one|"
            + "two|three) )*(?:hours?|days?|weeks?|months?|while|bit|now|today|rest)|during|while|when|between|next|past|yet|later|"
            + "earlier|right now",
        unless:
        [
            "(?:i|they|he|she|we|it|who|someone|somebody|nobody|everybody|everyone|friends|i'd|i'll|we'll|they'll|he'll|she'll|"
                + "it'll) (?:(?:also|still|probably|usually|would|will|can|could|should|might|must|can't|only|to) )*[@#]",
            "(?:!|,|if|when|because|that|and|but|so|since|as|cause|know|think|say|says|sure) you (?:(?:also|still|will) )*@",
            "(?:did|have|has|had|do|does|if|when|until|since|before|after|because|whether|didn't|haven't|won't) (?:you|they|he|she|we|i|"
                + "people) [@#]",
            "(?:why|how come) (?:(?:did|do|does|would|will|can|could|have) )?[@#]",
            "(?:don't|do not|didn't|did not|never|not|can't|cannot|couldn't|won't|without|doesn't) (?:(?:want|need|have|wish|like|ask|"
                + "try) (?:(?:you|them|anyone) )?to )?[@#]",
            "(?:told|asked|want|wants|wanted|tells|asks) (?:me|us) (?:not )?(?:to )?[@#]",
            "@ (?:people|customers|patients|clients|numbers)",
        ],
        words: new()
        {
            ["more"] = "all the time|all day|every|everyday|constantly|repeatedly|so (?:much|often|many)|now|right now|immediately|"
                + "already|because|i|i'm|i've|i'd|i'll|we|we're",
            ["mine"] = "(?:my|our|this)(?: (?:phone|cell|mobile|home|work|contact))?",
            ["list"] = "(?:off|out|from) (?:(?:of|your|the|this|that|any|all|these|those|every|calling|call|caller|phone|contact|"
                + "marketing|mailing|sales|telemarketing|company|customer|client|dialing|do|not) )*(?:lists?|calls|calling|database|"
                + "systems?|records|directory|registry|files?)",
            ["day"] = "(?:mon|tues|wednes|thurs|fri|satur|sun)days?",
            ["hour"] = "[0-9]_*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|noon|midday|midnight|lunch|dinner|"
                + "breakfast|<day>",
        });

    private static readonly Language s_finnish = new(
        filler: "kiitos|olkaa hyvä|ole hyvä|olkaa ystävällinen|pliis|vain|vaan|nyt|jo|te|sinä|sä",
        me: "minulle|mulle|meille|tänne|tähän numeroon|minuun|minua",
        again: "enää|uudestaan|uudelleen|koskaan|ikinä|toista kertaa|jatkossa",
        call: "soittako|soita|soitelko|soitella|soittakaa|ottako yhteyttä|ota yhteyttä|häiritkö|häiritse",
        remove: "poistakaa|poista|ottakaa|ota|poistaa|poistaisitteko",
        calls:
        [
            "(?:älkää|älä) ~<again> ~(?:<again> )*<call>",
            "(?:älkää|älä) ~<call> ~<again>",
            "(?:älkää|älä) (?:<call> <me>|<me> <call>) !",
            "(?:lopettakaa|lopeta|lopettaa|lopettaisitteko) ~(?:se |tuo |tämä )?(?:soittaminen|soittamisen|soittelu|soittelun|soittamasta)",
            "(?:ei|et|ette) saa ~(?:<again> ~soittaa|soittaa ~<again>)",
            "(?:minä |mä )?en (?:<again> )?(?:halua|haluaisi|toivo) (?:<again> )?(?:että ~(?:soitatte|soitat|soitetaan)|(?:(?:teidän|"
                + "lisää|näitä|teiltä) )*(?:puheluita|puheluja|soittoja))",
        ],
        lists:
        [
            "<remove> (?:minut|mut|meidät|(?:minun |mun )?numeroni|nimeni) (?:pois )?(?:(?:teidän|sinun|tältä|siltä) )*(?:soitto|puhelin|"
                + "asiakas)?(?:lista|listoi|rekisteri|tietokanna|järjestelmä)_*",
            "(?:poistakaa|poista|poistaa|poistaisitteko) (?:minun |mun )?(?:puhelin)?(?:numeroni|numero)",
        ],
        earlier: "tänään|huomenna|illalla|ennen _+|_+ (?:jälkeen|asti|saakka|mennessä)",
        later: "ennen|kello|tänään|huomenna|illalla|aamulla|yöllä|viikonloppuna|_+ (?:jälkeen|asti|saakka)|kun|(?:näin|niin) (?:aikaisin|"
            + "myöhään)",
        unless: ["(?:miksi|jos|kun|hän|he|minä|mä|ei|eivät|älkää|älä|en) ~[@#]"]);

    private static readonly Language s_french = new(
        filler: "à partir (?:d'aujourd'hui|de maintenant|de demain)|dorénavant|s'il vous plaît|s'il te plaît|svp|donc|juste|vraiment|"
            + "surtout|monsieur|madame|désormais|du tout|là|bien|encore",
        me: "moi|nous|ici|chez moi|vous|tu|(?:à|sur) ce numéro",
        again: "plus|pas (?:à|de) nouveau",
        call: "r?appelez|r?appelles?|téléphonez|téléphones?|(?:re)?contactez|(?:re)?contactes?|dérangez|harcelez",
        remove: "retirez|enlevez|supprimez|rayez|effacez|ôtez|sortez|retire|enlève|supprime|raye|efface|retirer|enlever|supprimer|rayer|"
            + "effacer|sortir",
        calls:
        [
            "(?:ne |n')(?:me |m'|nous )?<call> ~<again>",
            "(?:!|,|et) (?:ne |n')(?:me |m'|nous )?<call> ~jamais",
            "(?:ne |n')(?:me |m'|nous )(?:r?appelez|r?appelles?|téléphonez) pas ~!",
            "(?:me |m'|nous )(?:r?appelez|téléphonez|contactez|dérangez) ~(?:plus|jamais) (?:jamais|!)",
            "(?:r?appelez|téléphonez|contactez) <me> plus (?:jamais|!)",
            "ne plus (?:jamais )?(?:me |m'|nous )<calling>",
            "(?:merci|prière|veuillez|demande|demandons|prie|voulez vous|pouvez vous|pourriez vous|faut|!|,) (?:de )?ne (?:plus|"
                + "jamais) <calling>",
            "(?:merci|prière|veuillez|demande|prie) (?:de )?ne pas (?:me |m'|nous )<calling> (?:à nouveau|!)",
            "<stop> (?:de |d')?(?:me |m'|nous )<calling> ~(?:[!,]|plus|sans|tout|toute|tous|toutes|au|sur|chez|et|ou|je|j'|on|nous|c'est|"
                + "ça|pour|maintenant|immédiatement|car|parce|sinon|mon|enlevez|retirez|supprimez|ne|n')",
            "<stop> (?:de |d'|avec )?(?:<calling> !|(?:tous )?(?:ces|vos|les) appels)",
            "(?:je |j'|nous |on )?(?:ne |n')?(?:veux|veut|voulons|souhaite|souhaitons|désire|voudrais|"
                + "aimerais) plus (?:jamais )?(?:être (?:r?appelé|contacté|dérangé)_*|(?:que vous |que tu |qu'on |que l'on )(?:me |m'|"
                + "nous )(?:r?appel|téléphon|contact)_*|(?:recevoir )?(?:de |d'|vos |ces )+(?:appels?|coups? de fil))",
            "(?:je |j'|nous |on )?(?:ne |n')?(?:veux|voulons|souhaite|souhaitons|désire) pas (?:recevoir )?(?:de |d'|vos |"
                + "ces )+(?:appels?|coups? de fil)",
            "ne plus être (?:r?appelé|contacté|dérangé|démarché)_*",
        ],
        lists:
        [
            "<remove> ~(?:(?:mon nom|mon numéro|mes coordonnées) )?(?:de|des|du|d') ?(?:(?:votre|vos|la|cette|ces|toutes|ta|tes|"
                + "l') ?)*(?:listes?|fichiers?|base|système|répertoire|annuaire|appels)",
            "<remove> mon (?:numéro|téléphone|portable)",
            "désinscrivez (?:moi|nous)",
        ],
        earlier: "avant (?:demain|midi|<day>|_+ heures)|jusqu ?a?(?: _+)? _+|demain|aujourd'hui|le (?:soir|matin|week end|<day>)|"
            + "après _+ heures",
        later: "avant|jusqu ?a?_*|tant que|après (?:[0-9]_*|midi|minuit|sept|huit|neuf|dix|vingt|le|la|ma|mon)|pendant|durant|demain|"
            + "aujourd'hui|la nuit|ce (?:soir|matin|midi|week|mois)|cette (?:semaine|nuit)|(?:le )?(?:soir|matin|midi|week|<day>)|"
            + "si (?:tôt|tard)|aussi|à (?:[0-9]_*|midi|minuit|sept|huit|neuf|dix|cette heure|ces heures)|entre|en (?:soirée|journée|"
            + "semaine|matinée)|quand|lorsque|pour (?:le moment|l'instant)|comme|ainsi|souvent|tard|tôt|de _+ fois|que",
        unless:
        [
            "(?:je|j'|il|elle|on|ils|elles|ça|qui|personne|ai|j'ai|j'avais|as|a|avons|avez|ont|avez vous|ont ils|avait|avaient|aviez|est|"
                + "pas|sans|vais|va) @",
            "(?:je|j'|il|elle|on|ils|elles|ça|qui|personne|ai|j'ai|j'avais|as|a|avons|avez|ont|vous|tu|avait|avaient|aviez|est|pas|sans|"
                + "vais|va) #",
            "(?:pourquoi|si|quand|est ce que|parce que|puisque|comme|alors que|lorsque) (?:vous |tu |ne )?[@#]",
            "# d'attente",
        ],
        words: new()
        {
            ["calling"] = "(?:r?appeler|téléphoner|(?:re)?contacter|déranger|harceler)",
            ["stop"] = "(?:arrêtez|arrêter|arrête|cessez|cesser|cesse)",
            ["day"] = "lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche",
        });

    private static readonly Language s_german = new(
        filler: "(?:ab|von) (?:sofort|heute|jetzt|morgen)(?: an)?|bitte|doch|jetzt|endlich|einfach|ja|mal|also|auch|in zukunft|zukünftig|"
            + "künftig|wirklich|gefälligst|überhaupt|danke",
        me: "mich|uns|hier|bei (?:mir|uns)|(?:unter |auf )?(?:diese|dieser|meine) nummer",
        again: "mehr|wieder|noch ?mals?|noch einmal|jemals|erneut|weiter|weiterhin|länger",
        call: "rufen sie|rufe?|[!,] ruft|telefonieren sie|klingeln sie",
        remove: "nehmen|streichen|entfernen|löschen|tragen|werfen|nimm|streiche?|entferne?|lösche?|trage?",
        calls:
        [
            "<call> ~<not> ~(?:<again> ~)+an",
            "<call> ~<me> <not> an !",
            "(?:kontaktieren sie|kontaktiere?|belästigen sie|belästige?|melden sie sich|stören sie) ~<not> <again>",
            "(?:!|,|und|sollen sie|dürfen sie|können sie|könnten sie|möchten sie|würden sie|sie (?:sollen|dürfen|brauchen)|(?:du|"
                + "ihr) (?:sollst|sollt|darfst|dürft)) ~<not> (?:<again> )+(?:anrufen|anzurufen|kontaktieren)",
            "(?:(?:ich|wir) )?(?:möchte|will|wollen|möchten|wünsche|verlange|erwarte) (?:darum |nur )?dass (?:sie |ihr |du |man )?~"
                + "<not> (?:<again> )+(?:anruft|anrufst|anrufen|kontaktieren)",
            "(?:hören sie|hört|höre?|aufhören) ~(?:auf )?~(?:(?:ständig|dauernd|immer|andauernd|mit|den|ihren|diesen|euren) )*~"
                + "(?:anzurufen|anrufen|anrufe|zu telefonieren)",
            "(?:unterlassen sie|unterlasst|lassen sie) (?:(?:diese|ihre|weitere|die|solche) )*anrufe",
            "(?:ich|wir) (?:will|wollen|möchte|möchten|wünsche|wünschen) ~(?:(?:von (?:ihnen|euch) )?<not> (?:<again> )+(?:von (?:ihnen|"
                + "euch) )?(?:angerufen|kontaktiert|belästigt) werden|(?:keine|keinerlei) (?:(?:weiteren|solche|ihrer) )*anrufe)",
            "(?:!|,) keine (?:weiteren )?anrufe (?:<again>|!)",
        ],
        lists:
        [
            "<remove> (?:sie )?~(?:meinen namen |meine <number> )?<list>",
            "<remove> (?:sie )?~(?:meine|unsere|diese) <number>",
            "(?:mich|uns|meinen namen|meine <number>) <list> (?:heraus|raus)?(?:zu )?(?:nehmen|streichen|löschen|entfernen|austragen)",
            "<list> (?:gestrichen|gelöscht|entfernt|genommen) (?:zu )?werden",
            "(?:meine|unsere|diese) <number> (?:aus (?:ihrer|der) (?:liste|datenbank) )?(?:heraus|raus)?(?:zu )?(?:löschen|entfernen|"
                + "streichen|nehmen)",
        ],
        earlier: "heute|morgen|am (?:wochenende|abend|_+tag)|(?:vor|nach) _+ uhr|bis (?:_+tag|mittwoch|morgen|_+ uhr)",
        later: "vor|bis|bevor|solange|während|heute|morgen|abends|nachts|morgens|sonntags|am (?:_+tag|wochenende|abend|morgen|mittwoch)|"
            + "zwischen|um (?:[0-9]_*|sechs|sieben|acht|neun|zehn|mitternacht)|nach (?:[0-9]_*|_+ uhr|mitternacht)|im moment|so (?:früh|"
            + "spät)|diese woche|in der (?:nacht|früh)|in den nächsten|wenn",
        unless: ["(?:ich|wir|er|man|niemand|warum|wieso|weshalb|wenn|falls|ob|wann|bevor|sobald|nachdem|nicht|haben|hat) [@#]", "# nicht"],
        words: new()
        {
            ["not"] = "(?:nicht|nie|niemals)",
            ["number"] = "(?:telefon|handy|mobil|ruf|festnetz)?nummer",
            ["list"] = "(?:aus|von) (?:(?:ihren|ihrem|ihrer|euren|eurer|deiner|der|dieser|den|dem|allen) )*(?:anruf|anrufer|telefon|call|"
                + "kontakt|adress|kunden|werbe|nummern)?(?:listen?|verteiler|datenbank|kartei|system|verzeichnis|anrufen)",
        });

    private static readonly Language s_greek = new(
        filler: "από (?:τώρα|σήμερα|δω)(?: και (?:στο εξής|πέρα|μπρος))?|(?:σας |σε )?παρακαλώ|τώρα|επιτέλους|ευχαριστώ",
        me: "με|μου|μας|εδώ|τηλέφωνο|σε (?:αυτό το νούμερο|αυτόν τον αριθμό)",
        again: "ξανά|πια|ποτέ|άλλο|άλλη φορά|στο μέλλον",
        call: "καλέσετε|καλέσεις|καλείτε|καλείς|τηλεφωνήσετε|τηλεφωνήσεις|τηλεφωνείτε|τηλεφωνείς|πάρετε|πάρεις|παίρνετε|παίρνεις|"
            + "ενοχλήσετε|ενοχλείτε",
        remove: "βγάλτε|βγάλε|βγάλετε|διαγράψτε|διέγραψε|διαγράψετε|αφαιρέστε|αφαιρέσετε|σβήστε|σβήσε|σβήσετε",
        calls:
        [
            "μην? ~ξανα(?:πάρετε|πάρεις|παίρνετε|καλέσετε|καλέσεις|τηλεφωνήσετε|τηλεφωνήσεις|ενοχλήσετε)",
            "μην? ~<call> ~<again>",
            "μην? (?:με|μου|μας) (?:καλέσετε|καλείτε|τηλεφωνήσετε|τηλεφωνείτε|παίρνετε τηλέφωνο|ενοχλείτε) !",
            "(?:σταματήστε|σταμάτα|σταματήσετε|σταματήσεις|πάψτε|πάψε|πάψετε|κόψτε) (?:να ~<call>|τις κλήσεις|τα τηλεφωνήματα)",
            "δεν (?:θέλω|θέλουμε|επιθυμώ) (?:να ~(?:ξανα(?:πάρετε|καλέσετε|τηλεφωνήσετε)|<call> ~(?:<again>|!))|(?:(?:να|λαμβάνω|δέχομαι|"
                + "άλλες|άλλα) )+(?:κλήσεις|τηλεφωνήματα))",
        ],
        lists:
        [
            "<remove> ~(?:(?:το όνομά|τον αριθμό|το νούμερό) μου )?(?:από|απ) (?:(?:τη|την|τις|τον|το|τους|όλες|δική) )*(?:λίστ|κατάλογ|"
                + "αρχεί|βάση|σύστημα|κλήσεις)_*",
            "<remove> (?:τον αριθμό|το νούμερό|το τηλέφωνό) μου",
        ],
        earlier: "σήμερα|αύριο|(?:πριν|μετά|μέχρι) (?:τις |την |τη )?_+",
        later: "πριν|μέχρι|ώσπου|μετά (?:τις|την|το)|σήμερα|αύριο|απόψε|το (?:βράδυ|πρωί|μεσημέρι|σάββατο)|την (?:κυριακή|δευτέρα)|στις|"
            + "τόσο (?:νωρίς|αργά)|όσο|όταν|τώρα",
        unless: ["(?:γιατί|αν|όταν|δεν|θα|μην?|πότε) (?:να )?[@#]", "# αναμονής"]);

    private static readonly Language s_hebrew = new(
        filler: "בבקשה|בכלל|אתם|אתה|נא|כבר|פשוט|תודה|אנא",
        me: "אליי|אלי|אלינו|לי|לנו|לכאן|לפה|למספר הזה|אותי",
        again: "יותר|שוב|עוד|לעולם|אף פעם|בחיים|פעם נוספת|שנית",
        call: "תתקשרו?|תתקשרי|תצלצלו?|תצלצלי|תטלפנו?|תטרידו?|תחייגו?|תפנו",
        remove: "תורידו?|תורידי|תסירו?|תסירי|הסירו|תמחקו?|תמחקי|מחקו|תוציאו?|תוציאי|הוציאו|הורידו|להוריד|להסיר|למחוק|להוציא",
        calls:
        [
            "אל <call> ~<again>",
            "<again> אל <call>",
            "אל <call> <me> ~!",
            "(?:תפסיקו?|תפסיקי|הפסיקו|די|מספיק|תחדלו|חדלו|להפסיק) (?:להתקשר|לצלצל|לטלפן|להטריד|לחייג|עם השיחות|עם הטלפונים)",
            "(?:!|,|אבקש|מבקש|מבקשת) לא להתקשר ~(?:<again>|!)",
            "(?:אני )?לא (?:רוצה|רוצים|מעוניין|מעוניינת|מעוניינים) (?:<again> )?(?:שתתקשרו?|שתתקשרי|שיתקשרו|(?:לקבל |בעוד |"
                + "ב)?(?:עוד )?(?:שיחות|השיחות|טלפונים))",
        ],
        lists:
        [
            "<remove> ~(?:שמי |מספרי |(?:את )?ה?(?:שם|מספר(?: ה?(?:טלפון|נייד))?|טלפון) (?:שלי )?)?מה?(?:רשימ|מאגר|מערכת|שיחות)_*",
            "<remove> (?:את )?(?:ה?מספר(?: ה?(?:טלפון|נייד))?|ה?טלפון) שלי",
        ],
        earlier: "היום|מחר|הערב|עכשיו|בשבת|(?:לפני|אחרי) (?:השעה )?_+|עד (?:יום )?_+",
        later: "לפני|עד|אחרי|היום|מחר|הערב|הלילה|עכשיו|ב(?:שבת|לילה|בוקר|ערב|יום|צהריים|שעה|סוף)|כל כך|מוקדם|מאוחר|כש_+",
        unless: ["(?:למה|מדוע|אם|הם|הן|הוא|היא|אני|אל|לא|כש_+|יכול) [@#]", "# ה?המתנה"]);

    private static readonly Language s_hindi = new(
        filler: "कृपया|प्लीज|आप|आप लोग|लोग|भी|बार बार|जी|please|aap",
        me: "मुझे|मुझको|हमें|(?:इस|मेरे) नंबर पर|यहां|mujhe|hamein|is number par|<again>",
        again: "दोबारा|दुबारा|फिर से|फिर|वापस|कभी|आगे से|आइंदा|अब|अब से|dobara|dubara|phir se|phir|fir se|kabhi|aage se|ab",
        call: "फोन|कॉल|काल|संपर्क|phone|call",
        remove: "(?:हटा|निकाल|मिटा|काट) (?:दो|दीजिए|दीजिये|दीजिएगा|दें|देना)|(?:डिलीट|रिमूव) (?:कर )?(?:दो|दीजिए|दें|करो|करें|कीजिए|करिए)|"
            + "हटाओ|हटाइए|हटाइये|हटाएं|निकालो|निकालिए|निकालें|मिटाओ",
        calls:
        [
            "<again> ~<call> (?:<dont>|नहीं (?:करें|कीजिए|कीजिएगा))",
            "<call> <dont> ~<again>",
            "<me> <call> <dont> !",
            "<call> (?:करना|करने|karna) (?:बंद|band) (?:करो|करें|कीजिए|कीजिये|करिए|करिये|कर (?:दो|दीजिए|दीजिये|दें)|karo|kijiye|kariye|"
                + "karen|kar (?:do|dijiye))",
            "(?:आपके|आपका|कोई|और|आपकी|ये) <call> नहीं (?:चाहिए|चाहिये)",
            "नहीं (?:चाहता|चाहती|चाहते) (?:हूं |हैं )?कि ~<call> (?:करें|करे|करो|आए)",
        ],
        lists:
        [
            "(?:मेरा|हमारा|ये|यह) (?:मोबाइल |फोन )?(?:नंबर|नम्बर|नाम) (?:(?:<list>|से|में से) )*<remove>",
            "(?:मुझे|हमें) (?:<list> )+से <remove>",
        ],
        earlier: "(?:तक|पहले|बजे|बजे के बाद|आज|कल|परसों|अभी|रात को|रात में|सुबह|शाम को|शाम|दोपहर में|दोपहर को|दिन में|<day> को|"
            + "इस हफ्ते)(?: मुझे| हमें)?",
        later: "जब तक|आज|कल|सुबह|शाम|रात|<day>|_+ (?:बजे|तक)",
        unless: ["(?:क्यों|अगर|यदि|वे|वह|उसने|उन्होंने) ~[@#]"],
        words: new()
        {
            ["dont"] = "(?:मत|ना|न|mat|na) (?:किया )?(?:करना|करो|कीजिए|कीजिये|कीजिएगा|करिए|करिये|करिएगा|करें|कर|लगाना|लगाओ|karna|karo|"
                + "kijiye|kijiyega|kariye|karen)",
            ["list"] = "अपनी|अपने|इस|की|कॉलिंग|कॉल|लिस्ट|सूची|डेटाबेस|सिस्टम|रिकॉर्ड",
            ["day"] = "(?:सोम|मंगल|बुध|गुरु|शुक्र|शनि|रवि)वार",
        });

    private static readonly Language s_hungarian = new(
        filler: "kérem|kérlek|legyen szíves|legyenek szívesek|fel|önök|ön|köszönöm",
        me: "engem|minket|ide|nekem|ezen a számon|ezt a számot|<again>",
        again: "többet|többé|soha|újra|megint|még egyszer|ismét|már",
        call: "hívjon|hívjanak|hívj|hívjatok|hívjál|telefonáljon|telefonáljanak|telefonálj|keressen|keressenek|zavarjon|zavarjanak",
        remove: "töröljenek|töröljön|törölj|töröljék|törölje|töröld|töröljétek|vegyenek|vegyen|vegyék|vegye|vegyél|vedd|húzzanak|húzzon|"
            + "távolítsák el|távolítsa el",
        calls:
        [
            "ne ~<call> ~<again>",
            "<again> ~ne ~<call>",
            "ne (?:hívogasson|hívogassanak|hívogassatok|hívogass)",
            "ne ~<call> <me> !",
            "ne (?:engem|minket) <call> !",
            "(?:hagyja|hagyják|hagyd|hagyjátok) (?:abba )?(?:a |az |ezt a )(?:hívogatást|telefonálást|telefonálgatást|hívásokat)",
            "nem (?:szeretném|akarom|kérem|szeretnénk) hogy ~(?:hív|telefonál|keress)_* (?:<again>|!|,)",
            "nem (?:kérek|akarok|szeretnék) ~(?:(?:több|további|ilyen) )+(?:hívást|telefonhívást|hívásokat)",
        ],
        lists:
        [
            "<remove> ~(?:(?:ki|le|a nevemet|a számomat|a telefonszámomat) )*(?:(?:a|az|az önök) )?(?:hívó|hívási|telefon|"
                + "ügyfél)? ?(?:list|adatbázis|nyilvántartás|rendszer)_*",
            "<remove> (?:ki )?(?:a )?(?:telefon)?számom(?:at)?",
        ],
        earlier: "ma|holnap|este|éjszaka|előtt|után|<until>",
        later: "ma|holnap|este|éjszaka|reggel|_+ (?:előtt|után)|<until>|hétfőn|vasárnap|amíg|ameddig|ilyen (?:korán|későn)|hétvégén|"
            + "mielőtt",
        unless: ["(?:miért|ha|amikor|hogyha|ő|ők) ~[@#]"],
        words: new()
        {
            ["until"] = "(?:hétfő|kedd|szerdá|csütörtök|péntek|szombat|vasárnap|holnap|add|órá|kilenc|nyolc|tíz|[0-9]_* ?)ig",
        });

    private static readonly Language s_indonesian = new(
        filler: "mulai (?:sekarang|hari ini|besok)|tolong|mohon|pernah|ya|dong|deh|pak|bu|mas|mbak|kak|coba|terima kasih|makasih",
        me: "saya|aku|kami|ke (?:saya|sini)|(?:ke )?nomor (?:ini|saya)",
        again: "lagi|kembali|seterusnya",
        call: "telepon|telpon|telfon|tlp|menelepon|menelpon|nelepon|nelpon|teleponi|hubungi|menghubungi|kontak|ganggu|mengganggu|call",
        remove: "hapus|hapuskan|keluarkan|hilangkan|buang|coret|menghapus",
        calls:
        [
            "jangan <call> ~<again>",
            "jangan <again> <call>",
            "jangan <call> <me> !",
            "(?:berhenti|berhentilah|stop|hentikan) (?:untuk )?(?:<call>|panggilan)",
            "<me> (?:tidak|tak|nggak|enggak|gak|ga) (?:mau|ingin|pengen) (?:<again> )?(?:ditelepon|ditelpon|dihubungi|"
                + "(?:me)?terima (?:telepon|panggilan)|menerima (?:telepon|panggilan))",
        ],
        lists:
        [
            "<remove> (?:nomor (?:telepon |telpon |hp )?|nomorku |nama )?~dari (?:daftar|list|sistem|database|data|panggilan)",
            "<remove> (?:nomor (?:telepon |telpon |hp |hape )?(?:saya|aku|kami|ini)|nomorku)",
        ],
        earlier: "hari ini|besok|malam ini|sekarang|(?:sampai|sebelum|setelah|sesudah|hingga) (?:hari |jam |pukul )?_+",
        later: "sampai|sebelum|setelah|sesudah|hingga|hari|besok|malam|pagi|siang|sore|sekarang|jam|pukul|saat|ketika|pada|minggu|selama|"
            + "rapat|kalau",
        unless:
        [
            "(?:mereka|dia|ia|kenapa|mengapa|kalau|jika|kok|sudah|telah|jangan|tidak|belum|nggak) (?:(?:anda|kamu|kalian|sudah|tidak|"
                + "mau) )*[@#]",
            "(?:saya|aku|kami) (?:(?:sudah|mau|ingin|akan) )*#",
            "# tunggu",
        ]);

    private static readonly Language s_italian = new(
        filler: "da (?:oggi|ora|adesso|domani)(?: in poi)?|d'ora in poi|per favore|per cortesia|per piacere|la prego|vi prego|ti prego|"
            + "davvero|ora|adesso|grazie|assolutamente|signora|signore|subito|mai",
        me: "mi|ci|qui|a casa|(?:a|su) questo numero",
        again: "più|di nuovo|un'altra volta|ulteriormente",
        call: "(?:ri)?chiami|(?:ri)?chiamate|chiamino|telefoni|telefonate|telefonino|contatti|contattate|disturbi|disturbate",
        remove: "toglietemi|toglimi|tolga|tolgano|cancellatemi|cancellami|cancelli|rimuovetemi|rimuovimi|rimuova|eliminatemi|eliminami|"
            + "elimini|depennatemi|togliermi|cancellarmi|rimuovermi|eliminarmi|togliete|cancellate|rimuovete|eliminate|cancella|elimina|"
            + "rimuovi|togli|cancellare|eliminare|rimuovere|togliere",
        calls:
        [
            "non ~<call> ~<again>",
            "non (?:ri)?(?:chiamar|chiamate|telefonar|telefonate|contattar|contattate|disturbar|disturbate)(?:mi|ci) ~(?:<again>|!)",
            "non (?:mi|ci) <call> ~!",
            "(?:!|,|prega di|prego di|chiedo di) non (?:chiamare|telefonare) ~<again>",
            "non ~(?:dovete|deve|devi) <again> (?:chiamar|telefonar|contattar|richiamar)(?:mi|ci)",
            "non (?:mi|ci) (?:dovete|deve|devi) <again> (?:chiamare|telefonare|contattare|richiamare)",
            "(?:smetta|smettano|smettete|smetti|smettere|smettila|smettetela|smetterla|finitela|piantatela|basta) (?:di |"
                + "con )?(?:chiamar(?:mi|ci) ~(?:[!,]|<again>|sempre|continuamente|ogni|tutti|tutto|a tutte|e|o|non|sono|io|per|perché|ho|"
                + "è)|chiamare ~(?:[!,]|sempre)|(?:telefonar|contattar|disturbar)(?:mi|ci|e)|(?:queste |le )?(?:chiamate|telefonate))",
            "(?:io )?non (?:voglio|vogliamo|desidero|vorrei) (?:(?:ricevere|altre|più|le|vostre|sue|queste|nessuna) )+(?:chiamate|"
                + "telefonate)",
            "(?:io )?non (?:voglio|vogliamo|desidero|vorrei) <again> <being>",
            "(?:io )?non (?:voglio|vogliamo|desidero|vorrei) <being> ~(?:<again>|!)",
        ],
        lists:
        [
            "<remove> ~(?:il mio (?:numero|nome) )?(?:dalla|dalle|dal|dai|dall'|da) ?(?:(?:vostra|vostre|vostro|sua|sue|suo|tua|questa|"
                + "tutte le) )*(?:list[ae]|elenco|elenchi|database|archivio|sistema|chiamate|rubrica)",
            "<remove> il (?:mio numero|numero mio)",
        ],
        earlier: "oggi|domani|stasera|(?:fino a|prima di|prima delle|dopo le) _+|la (?:sera|domenica|mattina)",
        later: "prima|fino|finché|dopo (?:le|il|la|pranzo|cena)|oggi|domani|stasera|la (?:sera|mattina|notte|domenica)|di (?:sera|notte|"
            + "domenica|mattina|una|due)|il (?:sabato|lunedì|fine)|alle|così|durante|quando|mentre|tardi|presto|spesso|volte|nel|"
            + "per (?:ora|oggi)|questa (?:settimana|sera)|che",
        unless: ["(?:perché|se|quando|come|lui|lei|loro|chi|io|nessuno|ho|non|finché|posso|devo) ~[@#]", "# (?:di |d')attesa"],
        words: new()
        {
            ["being"] = "(?:essere (?:ri)?(?:chiamat|contattat|disturbat)_*|che ~(?:chiam|telefon|contatt)_*)",
        });

    private static readonly Language s_japanese = new(
        filler: "絶対に?|決して|お願いだから|お願いですから|どうか|本当に",
        me: "(?:私|わたし|僕|俺|うち|こちら|ここ|この番号)(?:に|へ)?(?:は|も)?|は|に|も|を| , ",
        again: "もう|二度と|2度と|今後一切|今後|これ以上|一切|金輪際",
        call: "(?:お|ご)?(?:電話|でんわ|連絡|架電)",
        remove: "外し|はずし|削除し|消し|抹消し|除外し|抜い|除い",
        calls:
        [
            "<call>~(?:(?:し|かけ|掛け)(?:て(?:こ|来|き|くれ))?|よこさ|くれ|なさら|さ)ないで<request>",
            "<again>~(?:かけ|掛け|架け)(?:て(?:こ|来))?ないで<request>",
            "<call>~(?:する|かける|掛ける|(?:かけて|掛けて|して)(?:くる|来る)|よこす)な(?:よ|[とっ]て?言っ| [!,])",
            "<again>~(?:かけて(?:くる|来る)|かける)な(?:よ| [!,])",
            "<call>~(?:(?:し|かけ|掛け)(?:てくる|て来る|る)の?|するの|すること)?~(?:(?:やめ|止め|辞め|控え|遠慮し)て<request>|(?:お?控え|ご?遠慮|おやめ)(?:ください|下さい|いただ|頂|願))",
            "(?:<again>~<call>~|<call>~<again>~)(?:いりません|要りません|いらない|要らない|結構です|けっこうです|必要ありません|不要です)",
            "<again>~<call>~(?:いただか|し|かけ)なくて(?:も)?(?:結構|けっこう|いい|大丈夫)",
            "<call>~(?:し|かけ|掛け)て(?:きて)?(?:ほしく|欲しく)(?:ない|ありません)",
        ],
        lists:
        [
            "<list>から~(?:の)?(?:電話番号|番号|名前)?~(?:<remove>て(?:おいて)?<request>|(?:削除|抹消|除外)[をの]?(?:お願い|希望))",
            "(?:(?:私|わたし|僕|俺|うち|こちら)の(?:電話|携帯)?番号|(?:この|電話|携帯| )番号)~(?:<list>から)?~(?:<remove>て(?:おいて)?<request>|(?:削除|抹消)[をの]?(?:お願い|希望))",
        ],
        earlier: "(?:(?:[時分食日]|以)前|時半?(?:過ぎ|すぎ|以降|以後)?|まで|曜日?|朝|夜|晩|夕方|夜中|深夜|早朝|今日|本日|明日|今週|来週|今は|仕事中|会議中|運転中|授業中|昼間?|午後|午前|間は|土日|週末|平日|"
            + "早く|遅く|頃|ごろ|時間帯?)(?:の|間|前|~)*(?:もう)?",
        later: "[とっ]て?(?:思っ|考え|言われ|頼まれ|いわれ)",
        unless: ["(?:なぜ|なんで|どうして)_{0,8}[@#]", "待ち(?:の)?#", "#い?[とっ]て?(?:言われ|頼まれ)"],
        words: new()
        {
            ["request"] = "(?:ください|下さい|くださ|くれ(?:ない|ません|る|よ| !)|ほしい|欲しい|もらえ(?:ます|ません|ない|る)|もらいたい|いただけ|頂け|いただきた|頂きた|ちょうだい|頂戴|[とっ]て?言っ|よ|ね|"
                + " !)",
            ["list"] = "(?:リスト|名簿|電話帳|データベース|システム|登録|連絡先)",
        },
        spaced: false);

    private static readonly Language s_korean = new(
        filler: "제발|좀|절대로?|부탁인데|진짜|정말",
        me: "(?:저한테|저에게|제게|나한테|내게|우리한테|여기로?|이번호로?|우리집에)(?:는|도)?|은|는|를|을|도",
        again: "(?:다시|더이상|앞으로|이제|두번다시)[는은]?",
        call: "전화|연락|콜",
        remove: "(?:빼|삭제해?|제외해?|지워|제거해?|없애)(?:시켜|해)?(?:주|줘|달라|부탁|바랍|하세요)",
        calls:
        [
            "<call>~(?:하|걸|주|드리)(?:시)?지~(?:마(?:세|셔|십|시|라|요| [!,])|말(?:아|고|라|기))",
            "<again>~걸지~(?:마|말아)",
            "<call>~그만(?:하(?:세|십|시|라|고|자)|해|걸|주)",
            "그만<call>(?:하|해|걸)",
            "<call>~안(?:하|해주|해|걸|오)?(?:셨으면|시면|줬으면|으면|주셨으면)",
            "<call>~(?:받고싶지|받기싫|원하지않|원치않)",
            "<call>~중단(?:해주|해줘|하세요|부탁)",
        ],
        lists:
        [
            "(?:명단|리스트|목록|전화번호부|데이터베이스|시스템)에서(?:저|제|나|내|우리|본인)?[를의는]?(?:이름|번호|전화번호|연락처)?~<remove>",
            "(?:제|내|우리|저희|이|본인)(?:전화|핸드폰|휴대폰)?번호~(?:(?:명단|리스트|목록)에서)?<remove>",
            "수신거부(?:해|처리|등록|신청|부탁)",
        ],
        earlier: "(?:까지|전에|이후에|후에|오늘|내일|모레|지금|밤에?|아침에?|저녁에?|새벽에?|주말에?|요일에?|시에|동안|때|중에|시간에|이번주|평일에?)(?:만| , |~)*<again>?",
        later: "전에",
        unless: ["왜_{0,6}[@#]"],
        spaced: false);

    private static readonly Language s_malay = new(
        filler: "mulai (?:sekarang|hari ini|esok)|tolong|sila|mohon|pernah|ya|tuan|puan|encik|cik|terima kasih|dah|lah",
        me: "saya|aku|kami|ke sini|(?:ke )?nombor (?:ini|saya)",
        again: "lagi|semula|selepas ini|lepas ni",
        call: "telefon|menelefon|call|hubungi|menghubungi|kacau|ganggu",
        remove: "buang|padam|padamkan|keluarkan|hapuskan",
        calls:
        [
            "(?:jangan|usah) <call> ~<again>",
            "(?:jangan|usah) <again> <call>",
            "jangan <call> <me> !",
            "(?:berhenti|berhentilah|stop|hentikan) (?:daripada )?(?:<call>|panggilan)",
            "<me> (?:tidak|tak|x) (?:mahu|mau|nak|ingin) (?:<again> )?(?:dihubungi|ditelefon|(?:mene)?rima panggilan|terima panggilan)",
        ],
        lists:
        [
            "<remove> (?:nombor (?:telefon )?|nama )?~(?:dari|daripada) (?:senarai|list|sistem|pangkalan|panggilan)",
            "<remove> nombor (?:telefon )?(?:saya|aku|kami|ini)",
        ],
        earlier: "hari ini|esok|malam ini|sekarang|(?:sehingga|sebelum|hingga|sampai) (?:hari |jam |pukul )?_+",
        later: "sampai|sebelum|selepas (?:pukul|jam|[0-9])|sehingga|hingga|hari|esok|malam|pagi|petang|sekarang|jam|pukul|pada|ketika|"
            + "semasa|minggu|kalau",
        unless:
        [
            "(?:mereka|dia|kenapa|mengapa|kalau|jika|sudah|telah|jangan|tidak|belum|tak) (?:(?:anda|awak|sudah|tidak) )*[@#]",
            "(?:saya|aku|kami) (?:(?:sudah|mahu|akan) )*#",
            "# menunggu",
        ]);

    private static readonly Language s_persian = new(
        filler: "از (?:امروز|الان|حالا|این)(?: به بعد)?|لطفا|خواهشا|خواهش می ?کنم|تو رو خدا|اصلا|هم",
        me: "(?:به|با) (?:من|ما)|بهم|باهام|اینجا|(?:به|با) این شماره",
        again: "دیگه|دیگر|هرگز|هیچ ?وقت|دوباره",
        call: "(?:زنگ|تلفن|تماس|مزاحم) (?:نزنید|نزنین|نزن|نگیرید|نگیرین|نگیر|نکنید|نکنین|نکن|نشوید|نشید|نشین|نشو)",
        remove: "(?:حذف|پاک|خط|خارج) (?:کنید|کنین|کن|بزنید|بفرمایید)|بردارید|دربیارید|در بیارید",
        calls:
        [
            "<again> ~(?:<again> )*<call>",
            "<call> ~<again>",
            "<me> <call> !",
            "<call> <me> !",
            "(?:زنگ زدن|تماس گرفتن|تلفن کردن) ~(?:رو |را )?~(?:تمام|متوقف|بس) (?:کنید|کنین|کن)",
            "(?:بس کنید|بس کنین|دست بردارید) (?:از )?(?:زنگ زدن|تماس گرفتن)",
            "نمی ?خوا(?:م|هم|یم|هیم) (?:(?:<again>|که|کسی) )*~(?:<again> )?(?:زنگ|تماس|تلفن) (?:بزنید|بزنین|بزنن|بگیرید|بگیرین|بگیرن|کنید)",
        ],
        lists:
        [
            "(?:شماره ?(?:ی )?(?:تلفن )?(?:من|ام|م)|شمارم|شمارمو|شماره تلفنم|اسم من|اسمم|اسممو) (?:را |رو |و )?(?:از <list> )?<remove>",
            "(?:من|منو|مرا|ما) (?:را |رو )?از <list> <remove>",
        ],
        earlier: "(?:امروز|امشب|فردا|شبها|شب|صبح|الان|ظهر|جمعه ها|این هفته|(?:قبل|پیش|بعد) از (?:ساعت )?_+|تا (?:ساعت )?_+(?: صبح| شب|"
            + " بعد)?) ?~",
        later: "تا|قبل|پیش|امروز|فردا|امشب|بعد از (?:ساعت|ظهر|[0-9])",
        unless: ["(?:چرا|اگه|اگر|اونها|آنها|او|نباید) ~[@#]"],
        words: new()
        {
            ["list"] = "(?:لیست|فهرست|سیستم|دفتر)_*(?: (?:تون|تان|خود|خودتون|خودتان|تماس|های))*",
        });

    private static readonly Language s_polish = new(
        filler: "od (?:dziś|dzisiaj|teraz|jutra)|bardzo|wreszcie|w końcu|dziękuję",
        me: "do mnie|do nas|mi|mnie|tu|tutaj|na ten numer|pod ten numer|pan|pani|państwo|<again>",
        again: "więcej|już|nigdy|ponownie|znowu|znów|w przyszłości|jeszcze raz",
        call: "dzwoń|dzwońcie|telefonuj|telefonujcie|wydzwaniaj|wydzwaniajcie|nękaj|nękajcie|kontaktuj się|kontaktujcie się",
        remove: "usuń|usuńcie|usunąć|wykreśl|wykreślcie|wykreślić|skreśl|skreślcie|skreślić|wypisz|wypiszcie|wypisać|skasuj|skasujcie|"
            + "skasować",
        calls:
        [
            "nie <call> ~<again>",
            "<again> ~nie <call>",
            "nie <call> <me> !",
            "<me> nie <call> !",
            "(?:proszę|prosiłbym|prosiłabym|prosimy|!|,) (?:o to )?(?:aby |żeby )?~nie (?:dzwonić|telefonować|wydzwaniać|"
                + "kontaktować się) <me>",
            "(?:proszę|prosimy) (?:do mnie|do nas|tu|tutaj|na ten numer) nie (?:dzwonić|telefonować|wydzwaniać)",
            "(?:proszę|prosimy|!|,) ~<again> ~nie (?:dzwonić|telefonować|wydzwaniać)",
            "niech ~nie (?:dzwoni|dzwonią|telefonuje|wydzwania|wydzwaniają)",
            "(?:przestań|przestańcie|przestać|przestanie|przestaną|skończcie|skończ) ~(?:dzwonić|telefonować|wydzwaniać|"
                + "z (?:tymi )?telefonami)",
            "nie (?:życzę|życzymy) sobie ~(?:(?:waszych|takich|tych|kolejnych) )*(?:telefonów|kontaktu|dzwonienia|żeby)",
            "(?:ja )?nie (?:chcę|chcemy) ~(?:(?:żeby|aby|żebyście|żebyś) ~(?:dzwonił|telefonował)_*|(?:(?:waszych|tych|odbierać|"
                + "otrzymywać|kolejnych|od was) )+telefonów)",
        ],
        lists:
        [
            "<remove> ~(?:(?:mój|nasz) numer )?(?:z|ze) (?:(?:waszej|swojej|państwa|tej|twojej|wszystkich|pańskiej) )*(?:listy|list|bazy|"
                + "systemu|rejestru)",
            "<remove> (?:mój|nasz) numer",
        ],
        earlier: "dziś|dzisiaj|jutro|teraz|wieczorem|w nocy|rano|przed _+|do <day>|po <hour>",
        later: "przed|do <day>|po <hour>|dopóki|zanim|dziś|dzisiaj|jutro|teraz|wieczorem|rano|w (?:nocy|niedziel[ęe]|sobot[ęey]|weekend|"
            + "tym|poniedziałek)|tak (?:wcześnie|późno)|kiedy|gdy|niż|o (?:[0-9]_*|tej)",
        unless: ["(?:dlaczego|czemu|jeśli|jeżeli|gdy|kiedy|on|ona|oni|ja|nie|nie chcę) [@#]"],
        words: new()
        {
            ["day"] = "poniedziałku|wtorku|środy|czwartku|piątku|soboty|niedzieli|jutra|[0-9]_*|ósmej|dziewiątej|dziesiątej",
            ["hour"] = "[0-9]_*|dwudziestej|osiemnastej|szóstej|południu",
        });

    private static readonly Language s_portuguese = new(
        filler: "a partir de (?:hoje|agora|amanhã)|(?:de agora|daqui) em diante|por favor|faz favor|se faz favor|senhor|senhora|obrigado|"
            + "obrigada|já|lá|pelo amor de deus",
        me: "me|nos|aqui|(?:para|pra) (?:mim|cá|aqui|(?:este|esse|o meu|meu) número)|a mim|você|vocês|o senhor|a senhora",
        again: "mais|nunca|jamais|de novo|outra vez|novamente",
        call: "ligue[ms]?|telefone[ms]?|contate[ms]?|contacte[ms]?|incomode[ms]?|perturbe[ms]?",
        remove: "(?:retire|tire|remova|elimine|risque|apague|exclua|delete|retira|tira|remove|elimina|exclui|risca|apaga|tirar|retirar|"
            + "remover|excluir|eliminar|apagar)m?",
        calls:
        [
            "não ~(?:volte[ms]? a )?~<call> ~<again>",
            "(?:!|,|favor|por isso) não ~(?:ligar|telefonar|contactar|liga) ~<again>",
            "não ~volte[ms]? a ~(?:ligar|telefonar|contactar|contatar|incomodar)",
            "(?:nunca|jamais) mais ~(?:volte[ms]? a )?~(?:<call>|ligar|telefonar)",
            "não (?:<me> <call>|<call> <me>) !",
            "<stop> de (?:ficar )?(?:(?:me|nos) (?:ficar )?(?:ligar|ligando|telefonar|contactar|contatar|incomodar|perturbar)|(?:ligar|"
                + "ligando|telefonar) ~(?:[!,]|<again>|<me>))",
            "<stop> (?:de |com )(?:as |essas |estas )?(?:ligações|chamadas|telefonemas)",
            "(?:eu )?não (?:quero|desejo|queremos|gostaria de) (?:(?:receber|mais|suas|vossas|estas|essas|as|de|nenhuma|"
                + "ter) )+(?:ligações|chamadas|telefonemas)",
            "(?:eu )?não (?:quero|desejo|queremos) (?:mais )?que ~<call>",
        ],
        lists:
        [
            "<remove> ~(?:(?:o )?meu (?:número|nome|contacto|contato|telefone) )?(?:da|das|de|do|dos|desta|dessa|deste) ~(?:(?:sua|suas|"
                + "vossa|vossas|tua|tuas|toda|todas|as) )*(?:listas?|chamadas|base|sistema|cadastro|registos?|registros?|ligações|"
                + "contactos|contatos|banco)",
            "<remove> (?:o )?meu (?:número|telefone|contacto|contato|celular|telemóvel)",
        ],
        earlier: "hoje|amanhã|agora|(?:antes|depois) d[aeo]s? _+|até (?:às |as )?_+",
        later: "antes|até|enquanto|depois|às (?:[0-9]_*|seis|sete|oito|nove|dez)|a partir|de (?:manhã|noite|tarde|madrugada|uma|duas)|"
            + "à (?:noite|tarde)|hoje|amanhã|no (?:domingo|sábado|fim|horário)|na (?:segunda|terça|quarta|quinta|sexta)|aos (?:domingos|"
            + "sábados|fins)|tão (?:cedo|tarde)|est[ae] (?:semana|noite)|essa semana|durante|quando|entre|por enquanto|agora|cedo|tarde|"
            + "do que|que|vezes",
        unless: ["(?:por ?que|se|quando|ele|ela|eles|elas|eu|não|ninguém|quem|vão|vai) (?:é que )?~[@#]", "# de espera"],
        words: new()
        {
            ["stop"] = "(?:pare[ms]?|para|parar|parai|deixe[ms]?|deixa|deixar|chega|basta|cesse[ms]?)",
        });

    private static readonly Language s_romanian = new(
        filler: "de (?:azi|astăzi|acum)(?: înainte| încolo)?|vă rog|te rog|frumos|domnule|doamnă|mulțumesc|deloc",
        me: "mă|ne|îmi|aici|(?:la|pe) acest număr|pe numărul acesta",
        again: "niciodată|vreodată|din nou|iar|iarăși|pe viitor|încă o dată",
        call: "sunați|suna|suni|apelați|apela|contactați|contacta|deranjați|deranja|telefonați",
        remove: "scoateți|ștergeți|eliminați|scoate|șterge|elimină|scoți|ștergi|radiați",
        calls:
        [
            "nu (?:mă |ne )?mai <call>",
            "nu ~<call> ~<again>",
            "nu <me> <call> !",
            "(?:încetați|încetează|încetezi|opriți|oprește|terminați|termină|gata) (?:vă |te )?(?:să ~(?:mai )?<call>|cu (?:sunatul|"
                + "apelurile|telefoanele))",
            "(?:eu )?nu (?:mai )?(?:vreau|doresc|vrem|dorim) (?:să ~)?(?:mai )?(?:fiu (?:mai )?(?:sunat|apelat|contactat)_*|"
                + "(?:primesc )?(?:apeluri|telefoane)|<call>)",
        ],
        lists:
        [
            "<remove> ~(?:numărul meu |numele meu )?(?:de pe|din|de la) (?:list|baza|sistem|evidenț|agend|apeluri)_*",
            "<remove> (?:numărul|telefonul) meu",
        ],
        earlier: "astăzi|azi|mâine|diseară|acum|(?:înainte de|după|până la|până) (?:ora )?_+",
        later: "înainte|până|după|astăzi|azi|mâine|diseară|acum|seara|noaptea|dimineața|la (?:ora|[0-9]_*)|în (?:weekend|timpul)|duminica|"
            + "sâmbăta|atât de|așa de|cât|când|săptămâna|de (?:două|trei)",
        unless: ["(?:de ce|dacă|când|el|ea|ei|nimeni|eu|nu|cine) (?:să )?[@#]", "@ nimeni", "# de așteptare"]);

    private static readonly Language s_russian = new(
        filler: "пожалуйста|уже|вообще|просто|наконец|спасибо|ради бога",
        me: "мне|нам|меня|сюда|на (?:этот|мой) номер|вас|вам|<again>",
        again: "больше|никогда|впредь|снова|опять|ещё раз",
        call: "звоните|звони|названивайте|названивай|беспокойте|тревожьте|перезванивайте|перезванивай|телефонируйте|набирайте",
        remove: "удалите|уберите|вычеркните|исключите|сотрите|выпишите|удали|убери|вычеркни|исключи|сотри|удалить|убрать|вычеркнуть|"
            + "исключить",
        calls:
        [
            "не <call> ~<again>",
            "<again> ~не <call>",
            "не <call> (?:мне|нам|сюда|на (?:этот|мой) номер) !",
            "(?:мне|нам|сюда) не <call> !",
            "(?:не надо|не нужно|не стоит|прошу|просьба|просим|!|,|можете|могли бы) ~<again> ~(?:не )?~(?:звонить|названивать|беспокоить)",
            "(?:не надо|не нужно|не стоит) ~(?:звонить|названивать|беспокоить) ~<again>",
            "(?:прошу|просьба|просим|!|,) ~не (?:звонить|названивать|беспокоить) <me>",
            "(?:прекратите|прекрати|перестаньте|перестань|перестать|прекратить|хватит|довольно) ~(?:звонить|названивать|беспокоить|(?:эти|"
                + "ваши|свои) звонки)",
            "(?:я )?не (?:хочу|хотим|желаю|хотел бы|хотела бы) ~(?:чтобы (?:вы |ты )?~(?:звонил|названивал|беспокоил)_*|(?:(?:ваши|ваших|"
                + "никаких|этих|получать|принимать|от вас) )+звонк_*)",
        ],
        lists:
        [
            "<remove> ~(?:(?:мой номер(?: телефона)?|моё имя) )?(?:из|с|со) (?:(?:вашей|вашего|ваших|своей|своего|своих|этой|этого|всех|"
                + "твоего|твоей|телефонной|клиентской) )*(?:спис|баз|рассылк|обзвон|систем)_*",
            "<remove> (?:мой (?:телефонный )?номер|номер моего|мой телефон|мои (?:данные|контакты))",
        ],
        earlier: "сегодня|завтра|сейчас|пока|утром|вечером|ночью|по (?:вечерам|утрам|выходным)|(?:до|раньше|после|позже) _+(?: часов|"
            + " утра| вечера)*",
        later: "до|после|раньше|позже|перед|сегодня|завтра|сейчас|утром|вечером|ночью|днём|пока|в (?:понедельник|вторник|среду|субботу|"
            + "воскресенье|это|такое|выходные|рабочее|[0-9]_*|течение)|по (?:вечерам|утрам|выходным|ночам)|так (?:рано|поздно)|между|"
            + "во время|когда|чем|на этой",
        unless: ["(?:почему|отчего|зачем|если|когда|вы|они|он|она|я|не|можно) ~[@#]", "# ожидания"]);

    private static readonly Language s_spanish = new(
        filler: "(?:a partir de|desde) (?:hoy|ahora|mañana)|de ahora en adelante|por favor|señor|señora|señorita|ya|gracias|realmente|"
            + "por dios",
        me: "me|nos|usted|ustedes|a? ?(?:este|mi|ese) (?:número|teléfono|casa)|aquí|acá",
        again: "más|nunca|jamás|otra vez|de nuevo|nuevamente",
        call: "llame|llamen|llames|llaméis|telefonee[ns]?|contacten?|contactes|molesten?|molestes|marquen?|marques",
        remove: "(?:quiten?|borren?|eliminen?|saquen?|tachen?|retiren?|suprima|quita|borra|elimina|saca|quitar|borrar|eliminar|sacar|"
            + "tachar|retirar|(?:dé|den|dar|da) de baja)(?:me|nos)?",
        calls:
        [
            "no ~(?:vuelva[ns]? a |volváis a )?~<call> ~<again>",
            "no ~(?:vuelva[ns]?|volváis) a ~(?:llamar|molestar|contactar|marcar|telefonear)(?:me|nos)?",
            "(?:nunca|jamás) más ~(?:vuelva[ns]? a )?~(?:<call>|llamar|llamarme)",
            "nunca ~(?:me|nos) <call> ~(?:más|!)",
            "no (?:me|nos) <call> ~!",
            "<stop> de (?:estar )?(?:llamar|llamando)(?:me|nos) ~(?:[!,]|<again>|a (?:cada|todas|mis)|todo|todos|todas|cada|y|o|que|no|yo|"
                + "por|porque|estoy|es|esto|tanto|constantemente|ahora|inmediatamente|para|sobre|borre|quite|elimine)",
            "<stop> de (?:llamar ~(?:[!,]|aquí|acá|a (?:este|mi))|(?:molestar|telefonear|marcar|contactar)(?:me|nos)|(?:estas |sus |"
                + "tantas )?llamadas)",
            "(?:yo )?no (?:quiero|deseo|queremos|deseamos|quisiera) (?:(?:(?:más|sus|estas|recibir|tener|ninguna|de) )+llamadas?|"
                + "(?:más )?que ~(?:vuelva[ns]? a llamar_*|(?:estén|sigan) llamando_*|<call> ~(?:<again>|[!,])))",
        ],
        lists:
        [
            "<remove> ~(?:mi (?:número|nombre|teléfono) )?(?:de|del) (?:(?:su|sus|la|las|tu|tus|esta|esa|vuestra|todas) )*(?:listas?|"
                + "llamadas|base|registro|sistema|agenda|directorio)",
            "(?:quite|borre|elimine|retire|suprima)n? mi (?:número|teléfono|celular|móvil)",
            "(?:quita|borra|elimina|borrar|eliminar|quitar|retirar) mi (?:número|teléfono|celular|móvil)",
        ],
        earlier: "hoy|mañana|ahora|(?:antes|después) de (?:las )?_+|hasta (?:el |las )?_+|(?:los|el) <day>",
        later: "antes|hasta|mientras|después de|a las?|por la (?:mañana|noche|tarde)|mañana|hoy|(?:el|los) (?:<day>|fin|fines)|"
            + "tan (?:temprano|tarde)|esta (?:noche|semana|tarde|mañana)|en (?:la (?:noche|mañana|tarde)|este momento|horario)|durante|"
            + "cuando|entre|este (?:fin|mes)|de noche|a esta hora|por ahora|así|tarde|temprano|adelante|de (?:una|dos|tres)|que|veces",
        unless: ["(?:por qué|si|cuando|él|ella|ellos|ellas|yo|lo|he|ha|han|hasta que|quién|nadie|no) (?:me |se )?[@#]", "# de espera"],
        words: new()
        {
            ["stop"] = "(?:dejen?|dejes|deja|dejad|dejar|paren?|para|parad|parar|basta|cesen?)",
            ["day"] = "lunes|martes|miércoles|jueves|viernes|sábados?|domingos?",
        });

    private static readonly Language s_swedish = new(
        filler: "från (?:och med )?(?:nu|idag|i dag)|snälla|tack|bara|nu|vänligen|är du snäll|för guds skull",
        me: "(?:till )?(?:mig|oss)|hit|upp|ni|du|(?:på |till )?(?:det här|detta|mitt) numret?",
        again: "igen|mer|mera|längre|någonsin|fler gånger|i fortsättningen|en gång till",
        call: "ring|kontakta",
        remove: "ta|tar|stryk|radera|plocka",
        calls:
        [
            "<call> ~(?:inte|aldrig) ~<again>",
            "<call> (?:<me> (?:inte|aldrig)|(?:inte|aldrig) <me>) !",
            "(?:sluta|slutar|upphör) (?:med )?(?:att )?(?:ringa|ringer|ring|kontakta)",
            "(?:!|,) (?:inte|aldrig) ringa ~<again>",
            "(?:får|ska|skall|behöver) ~(?:inte|aldrig) (?:ringa|kontakta) ~<again>",
            "(?:jag |vi )?vill (?:inte|aldrig) (?:att ~ringer ~(?:<again>|!)|bli (?:uppringd|kontaktad) (?:<again>|!)|ha (?:fler|flera|"
                + "era) samtal)",
        ],
        lists:
        [
            "<remove> (?:(?:bort|mig|oss|mitt (?:telefon)?nummer) )*(?:från|ur|av) (?:(?:er|eran|era|din|den|den här|alla) )*(?:ring|"
                + "telefon|samtals|kontakt)?(?:lista|listan|listor|register|registret|databas|system)",
            "<remove> (?:bort )?mitt (?:telefon|mobil)?nummer",
        ],
        earlier: "idag|i dag|imorgon|i morgon|ikväll|(?:före|innan|efter) (?:klockan )?_+|till <day>",
        later: "före|innan|förrän|tills|till <day>|efter|klockan|idag|i dag|imorgon|i morgon|ikväll|på (?:kvällen|kvällarna|morgonen|"
            + "natten|söndag|söndagar|helgen|helger)|så (?:tidigt|sent)|medan|när|under|än",
        unless: ["(?:varför|om|när|jag|han|hon|vi|dom|inte|aldrig|kan|de) ~(?:de )?[@#]"],
        words: new()
        {
            ["day"] = "måndag|tisdag|onsdag|torsdag|fredag|lördag|söndag",
        });

    private static readonly Language s_thai = new(
        filler: "ตั้งแต่(?:วันนี้|นี้|ตอนนี้)(?:เป็นต้นไป)?|จากนี้(?:ไป)?|ต่อไปนี้|หลังจากนี้|กรุณา|โปรด|ช่วย|ได้โปรด|ขอร้อง|หน่อย|ด้วย",
        me: "(?:กระผม|ผม|ดิฉัน|ฉัน|หนู|เรา|พี่|ที่นี่|เบอร์นี้|บ้านนี้|นะ|ครับ|คะ|ค่ะ|เลย| , )",
        again: "อีก|แล้ว",
        call: "(?:โทรศัพท์|โทร|ติดต่อ|รบกวน)(?:มา|หา|เข้ามา|กลับ|กวน|รบกวน|ที่|<me>)*",
        remove: "ลบ|เอา|ถอด|ตัด|นำ",
        calls:
        [
            "(?:อย่า|ห้าม|ไม่ต้อง|ไม่อยากให้|ไม่ต้องการให้)(?:ได้)?<call><again>",
            "(?:อย่า|ห้าม)(?:ได้)?<call> !",
            "(?:หยุด|เลิก)<call>",
        ],
        lists:
        [
            "<remove>(?:ชื่อ|เบอร์|หมายเลข|รายชื่อ|ข้อมูล)?(?:โทรศัพท์|โทร|มือถือ)?(?:ของ)?<me>?(?:ออก)?จาก(?:รายชื่อ|รายการ|ลิสต์|บัญชี|"
                + "ระบบ|ฐานข้อมูล)",
            "ลบ(?:เบอร์|หมายเลข|ชื่อ)(?:โทรศัพท์|โทร|มือถือ)?(?:ของ)?<me>",
        ],
        earlier: "(?:ก่อน|หลัง|ตอน|วันนี้|พรุ่งนี้|คืนนี้|ช่วง|จนถึง)_{0,10}",
        later: "(?:อีก)?<me>*(?:จนกว่า|จนถึง|ก่อน|หลัง|ตอน|วันนี้|พรุ่งนี้|คืนนี้|ช่วง|ระหว่าง|เวลา|วัน(?:จันทร์|อังคาร|พุธ|พฤหัส|ศุกร์|"
            + "เสาร์|อาทิตย์))",
        unless: ["(?:เขา|เธอ|มัน|ใคร|ทำไม)(?:คุณ|ถึง|จึง|ก็|เลย|ได้|จะ)*[@#]", "(?:ไม่|อย่า|ยังไม่)(?:ต้อง|ได้|อยาก)*[@#]"],
        spaced: false);

    private static readonly Language s_turkish = new(
        filler: "lütfen|rica ederim|bakın|hanımefendi|beyefendi|teşekkürler|teşekkür ederim|siz|sakın",
        me: "beni|bizi|burayı|bu numarayı|numaramı|<again>",
        again: "bir daha|birdaha|artık|tekrar|asla|hiç|yeniden|bundan sonra",
        call: "aramayın|aramayınız|aramasın|aramasınlar",
        remove: "çıkarın|çıkar|çıkartın|silin|sil|siliniz|kaldırın|kaldır|çıkarır mısınız|siler misiniz|silebilir misiniz|"
            + "çıkarabilir misiniz",
        calls:
        [
            "<again> ~<call>",
            "<me> <call> ~!",
            "(?:(?:bir daha|asla|artık) (?:beni|bizi)|(?:beni|bizi) (?:bir daha|asla|artık)|bir daha|beni|bizi) arama !",
            "<call> ~<again>",
            "aramayı (?:bırakın|bırak|kesin|kes|bırakır mısınız|keser misiniz)",
            "(?:aranmak|aranmayı|aramanızı|aramanı) istemiyor(?:um|uz)",
        ],
        lists:
        [
            "(?:arama |telefon )?liste(?:nizden|den|lerinizden|nden) (?:(?:<me>|adımı|ismimi) )?<remove>",
            "(?:telefon )?numaramı (?:(?:liste|sistem)(?:nizden|inizden|den) |kayıtlarınızdan )?<remove>",
        ],
        earlier: "önce|kadar|sonra|bugün|yarın|bu akşam|akşam|akşamları|sabah|sabahları|gece|geceleri|pazar|pazartesi|şimdi|bu hafta|"
            + "hafta sonu|günü|saatte|iken",
        later: "önce|bugün|yarın|akşam|sabah|gece|_+ (?:kadar|önce)",
        unless:
        [
            "(?:neden|niye|niçin|eğer|o|onlar|ben) ~[@#]",
            "(?:pazartesiye|salıya|çarşambaya|perşembeye|cumaya|yarına) kadar (?:<me> )*@",
        ]);

    private static readonly Language s_ukrainian = new(
        filler: "будь ласка|вже|взагалі|просто|нарешті|дякую|заради бога",
        me: "мені|нам|мене|сюди|на (?:цей|мій) номер|вас|вам|<again>",
        again: "більше|ніколи|надалі|знову|ще раз",
        call: "дзвоніть|дзвони|телефонуйте|телефонуй|турбуйте|турбуй|передзвонюйте|набирайте",
        remove: "видаліть|приберіть|викресліть|вилучіть|зітріть|видали|прибери|викресли|видалити|прибрати|викреслити|вилучити",
        calls:
        [
            "не <call> ~<again>",
            "<again> ~не <call>",
            "не <call> (?:мені|нам|сюди|на (?:цей|мій) номер) !",
            "(?:мені|нам|сюди) не <call> !",
            "(?:не треба|не потрібно|прошу|просимо|!|,|можете|могли б) ~<again> ~(?:не )?~(?:дзвонити|телефонувати|турбувати)",
            "(?:прошу|просимо|!|,) ~не (?:дзвонити|телефонувати|турбувати) <me>",
            "(?:припиніть|припини|перестаньте|перестань|припинити|перестати|годі|досить) ~(?:дзвонити|телефонувати|турбувати|(?:ці|"
                + "ваші) дзвінки)",
            "(?:я )?не (?:хочу|хочемо|бажаю|хотів би|хотіла б) ~(?:щоб (?:ви |ти )?~(?:дзвонил|телефонувал|турбувал)_*|(?:(?:ваших|ніяких|"
                + "цих|отримувати|приймати) )+дзвінк_*)",
        ],
        lists:
        [
            "<remove> ~(?:(?:мій номер(?: телефону)?|моє ім'я) )?(?:зі|з|із) (?:(?:вашої|вашого|ваших|своєї|свого|цієї|цього|"
                + "всіх) )*(?:списк|баз|розсилк|систем)_*",
            "<remove> (?:мій номер|номер мого|мій телефон)",
        ],
        earlier: "сьогодні|завтра|зараз|поки|вранці|ввечері|вночі|(?:до|раніше|після|пізніше) _+(?: години| ранку| вечора)*",
        later: "до|після|раніше|пізніше|перед|сьогодні|завтра|зараз|вранці|ввечері|увечері|вночі|поки|[ву] (?:понеділок|суботу|неділю|"
            + "вихідні|цей|такий)|так (?:рано|пізно)|між|під час|коли|ніж",
        unless: ["(?:чому|навіщо|якщо|коли|ви|вони|він|вона|я|не) ~[@#]", "# очікування"]);

    private static readonly Language s_vietnamese = new(
        filler: "từ (?:nay|giờ|hôm nay)(?: trở đi| về sau)?|sau này|nhé|nha|ạ|giùm|dùm|được không|cảm ơn",
        me: "(?:cho |tới |đến |với |vào )?(?:tôi|em|anh|chị|mình|cháu|tui|số này|số (?:điện thoại )?của tôi|máy này|đây)|lại",
        again: "(?:lần nào |bao giờ |một lần nào )?nữa",
        call: "gọi điện thoại|gọi điện|gọi|điện thoại|điện|liên lạc|liên hệ|làm phiền|phiền",
        remove: "xóa|xoá|gỡ|loại|bỏ|đưa|rút|lấy",
        calls:
        [
            "(?:đừng|không được|không nên|chớ) (?:bao giờ |có )?<call> ~<again>",
            "(?:đừng|không được|chớ) bao giờ <call> <me>",
            "(?:xin|làm ơn|vui lòng) đừng <call> <me> !",
            "(?:ngừng|ngưng|hãy dừng|dừng việc|chấm dứt) (?:việc )?<call>",
            "không (?:muốn|cần) (?:(?:bị|nhận|được|nghe|các|cuộc|thêm) )*<call>(?: _+){0,6} nữa",
        ],
        lists:
        [
            "<remove> ~(?:số |số điện thoại |tên )?(?:của )?~(?:ra )?(?:khỏi|trong) (?:danh sách|hệ thống|danh bạ|dữ liệu)",
            "(?:xóa|xoá|gỡ|bỏ) (?:số|số điện thoại) (?:của )?<me>",
        ],
        earlier: "hôm nay|ngày mai|tối nay|bây giờ|sau _+ giờ|(?:trước|đến|tới|cho đến) (?:_+ ){0,2}_+",
        later: "trước|cho đến|đến|tới|sau|hôm nay|ngày mai|mai|vào|lúc|buổi|tối|sáng|khi|trong (?:hôm|tuần|ngày|lúc|giờ)",
        unless: ["(?:tại sao|sao|nếu|họ|anh ấy|cô ấy|không|chưa|đừng|đã) (?:(?:bạn|anh|chị|cần|muốn) )?[@#]", "# chờ"]);

    private static readonly Language[] s_languages =
    [
        s_arabic, s_chinese, s_czech, s_danish, s_dutch, s_english, s_finnish, s_french, s_german, s_greek, s_hebrew, s_hindi, s_hungarian,
        s_indonesian, s_italian, s_japanese, s_korean, s_malay, s_persian, s_polish, s_portuguese, s_romanian, s_russian, s_spanish,
        s_swedish, s_thai, s_turkish, s_ukrainian, s_vietnamese,
    ];

    /// <summary>Whether somebody who says this asks not to be called again.</summary>
    public static bool IsIn(string said)
    {
        var text = Spell(said);
        return Array.Exists(s_languages, language => language.IsAskedIn(text));
    }

    /// <summary>
    /// The text in the form that the phrases are written for: plain small letters, one space between words, and the ends of sentences and
    /// the pauses as words of their own, an end also around the whole. A word that follows itself is a stutter and stands once. In Chinese,
    /// Japanese, Korean and Thai words stand together: some recognizers put spaces between them and some do not.
    /// </summary>
    private static string Spell(string said)
    {
        var text = new StringBuilder($" {End}", said.Length + 16);
        var (word, last) = (new StringBuilder(), new StringBuilder());
        for (var i = 0; i < said.Length; i++)
        {
            var letter = Plain(said[i]);
            if (IsOfWord(letter))
            {
                word.Append(letter);
            }
            else if (!IsSilent(letter))
            {
                EndWord();
                if (MarkOf(said, i) is { } mark)
                {
                    EndPhrase(mark);
                }
            }
        }

        EndWord();
        EndPhrase(End);
        return text.Append(' ').ToString();

        void EndWord()
        {
            if (word.Length > 0 && !word.Equals(last))
            {
                if (last.Length == 0 || !(IsUnspaced(word[0]) || IsUnspaced(last[^1])))
                {
                    text.Append(' ');
                }

                text.Append(word);
                (word, last) = (last, word);
            }

            word.Clear();
        }

        void EndPhrase(char mark)
        {
            if (text[^1] != End && text[^1] != mark)
            {
                text.Append(' ').Append(mark);
            }

            last.Clear();
        }
    }

    private static char Plain(char letter)
    {
        if (letter is >= '\uFF01' and <= '\uFF5E')
        {
            // The full-width forms of ASCII.
            letter = (char)(letter - '\uFF01' + '!');
        }
        else if (char.IsDigit(letter))
        {
            letter = (char)(char.GetNumericValue(letter) + '0');
        }

        letter = char.ToLowerInvariant(letter);
        return s_plain.GetValueOrDefault(letter, letter);
    }

    /// <summary>Whether it is of a word. The vowels of Hindi and Thai are marks.</summary>
    private static bool IsOfWord(char letter) =>
        char.IsLetterOrDigit(letter)
        || (!IsSilent(letter) && char.GetUnicodeCategory(letter) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark);

    /// <summary>
    /// Whether a word is the same without it: an apostrophe of any kind, an accent that stands behind its letter, a vowel point of Hebrew
    /// or Arabic, the stretching of an Arabic word, the dot of Hindi (nukta), or what is not seen at all.
    /// </summary>
    private static bool IsSilent(char letter) =>
        letter is '\'' or '’' or '‘' or 'ʼ' or '`' or '´' or '′' or '׳'
            or (>= '\u0300' and <= '\u036F') or (>= '\u0591' and <= '\u05BD') or '\u05BF' or (>= '\u05C1' and <= '\u05C7')
            or '\u0640' or (>= '\u064B' and <= '\u065F') or '\u0670' or '\u093C'
        || char.GetUnicodeCategory(letter) == UnicodeCategory.Format;

    private static bool IsUnspaced(char letter) =>
        letter is (>= '\u0E00' and <= '\u0E7F') or (>= '\u3040' and <= '\u30FF') or (>= '\u3400' and <= '\u9FFF')
            or (>= '\uAC00' and <= '\uD7AF');

    /// <summary>
    /// The mark that stands at a place of a text. Within "9.30" and "e.g." stands none, and the dots of "don't... call me" are a pause.
    /// </summary>
    private static char? MarkOf(string said, int place)
    {
        var next = place + 1 < said.Length ? Plain(said[place + 1]) : ' ';
        return Plain(said[place]) switch
        {
            '.' or ',' or ':' when IsOfWord(next) => null,
            '.' when next == '.' || (place > 0 && said[place - 1] == '.') => Pause,
            '.' or '!' or '?' or '。' or '｡' or '؟' or '۔' or '।' => End,
            ',' or ';' or ':' or '،' or '؛' or '、' or '､' or '…' or '–' or '—' => Pause,
            _ => null,
        };
    }

    /// <summary>
    /// What is said in one language, as regular expressions over texts as <see cref="Spell"/> has them. They are written with all accents.
    /// In them <c>!</c> stands for the end of a sentence, <c>,</c> for a pause, <c>_</c> for a letter of a word, <c>&lt;word&gt;</c> for
    /// the word list of that name, and <c>~</c> for any number of <c>&lt;me&gt;</c>.
    /// </summary>
    private sealed partial class Language
    {
        /// <summary>It is thousands of times what any sentence takes: only a mistake in a table can use it up.</summary>
        private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

        private readonly Dictionary<string, string> _words;

        private readonly string _space;

        private readonly Regex _filler, _calls, _lists, _unless;

        /// <param name="filler">What is said in between and changes nothing. It is taken out before anything is looked for.</param>
        /// <param name="calls">The wishes not to be called. One that is found becomes an <c>@</c>.</param>
        /// <param name="lists">The wishes to be taken off a list. One that is found becomes a <c>#</c>.</param>
        /// <param name="earlier">The times that make another wish of the <c>@</c> behind them, as in "until Monday don't call me".</param>
        /// <param name="later">The times that make another wish of the <c>@</c> before them.</param>
        /// <param name="unless">
        /// What else takes an <c>@</c> or <c>#</c> back, such as the subject of a statement or the first word of a question.
        /// </param>
        /// <param name="words">More word lists than <c>me</c>, <c>again</c>, <c>call</c> and <c>remove</c>.</param>
        /// <param name="spaced">Whether the language has spaces between its words.</param>
        public Language(
            string filler, string me, string again, string call, string remove, string[] calls, string[] lists,
            string earlier, string later, string[] unless, Dictionary<string, string>? words = null, bool spaced = true)
        {
            _space = spaced ? " " : string.Empty;
            _words = new(words ?? []) { ["me"] = me, ["again"] = again, ["call"] = call, ["remove"] = remove };
            _filler = RegexOf($"(?:{_space}(?:{filler}))+");
            _calls = RegexOf($"{_space}(?:{string.Join('|', calls)})", isLoose: true);
            _lists = RegexOf($"{_space}(?:{string.Join('|', lists)})", isLoose: true);
            _unless = RegexOf($"{_space}(?:{string.Join('|', unless)}|(?:{earlier}){_space}~@|@{_space}(?:{later}))");
        }

        public bool IsAskedIn(string text)
        {
            text = _filler.Replace(text, string.Empty);
            if (!_calls.IsMatch(text) && !_lists.IsMatch(text))
            {
                return false;
            }

            text = _lists.Replace(_calls.Replace(text, $"{_space}@"), $"{_space}#");
            return _unless.Replace(text, " -").AsSpan().ContainsAny('@', '#');
        }

        /// <summary>
        /// A regular expression whose work grows with the length of the text and with nothing else, whatever the text is: nothing repeats
        /// in it more than six times but the letters of a word.
        /// </summary>
        /// <param name="isLoose">Whether a pause may stand between any two words, since recognizers put some where none belong.</param>
        private Regex RegexOf(string pattern, bool isLoose = false)
        {
            var whole = WithWords(pattern)
                .Replace(")*", "){0,6}", StringComparison.Ordinal)
                .Replace(")+", "){1,6}", StringComparison.Ordinal);
            return new Regex(
                (isLoose ? whole.Replace(" ", $"(?: {Pause})? ", StringComparison.Ordinal) : whole)
                    .Replace("_", $"[^ {Pause}{End}]", StringComparison.Ordinal) + (_space.Length > 0 ? "(?= )" : string.Empty),
                RegexOptions.CultureInvariant,
                s_patience);
        }

        /// <summary>The pattern with its word lists in place and without accents. An apostrophe may have become a space.</summary>
        private string WithWords(string pattern) =>
            Name().Replace(
                string.Concat(
                    pattern.Replace("'", " ?", StringComparison.Ordinal).Replace("~", $"(?:<me>{_space})*", StringComparison.Ordinal)
                        .Where(letter => !IsSilent(letter)).Select(Plain)),
                name => $"(?:{WithWords(_words[name.Groups["name"].Value])})");

        [GeneratedRegex("<(?<name>[a-z]+)>")]
        private static partial Regex Name();
    }
}
