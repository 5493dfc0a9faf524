"""How people ask in a sentence not to be texted, in English and Spanish. Tables only.

Words are as `folding.py` leaves them: lower case, no accents, apostrophes or punctuation, shorthand written out and
emphasis left out (`spelling.py`). `{name}` stands for an entry of `PARTS`. A repeated group is atomic, `(?>...)`, so
that a hostile text is read once and not in every way it can be cut.

Where the lists come from: the phrases that CTIA Messaging Principles 5.1.3 and 47 CFR 64.1200(a)(10) give as
examples, and our own collection.
"""

from __future__ import annotations

from textbank.texting.wording import ABUSE, ANNOYING, one_of

_PHONE = "(?:number|phone|cell|cellphone|line|device)"
_TEXTS = one_of(
    "texts, text, messages, message, sms, mms, spam, texting, messaging, junk, solicitations, notifications, "
    "alerts, mensajes, textos, texto"
)
# The sentence ends here, or courtesy follows, or another sentence begins.
_THEN = (
    "(?=$| (?:please|now|right now|asap|thanks|thank|or|i|im|its|this is|before (?:i|we)|already|ok"
    "|and (?:stop|dont|never|lose|delete|take|remove|leave|do)|as i|because|we|so i|since|not interested"
    "|wrong|sir|again|stop|anymore|any more|all|ever|period|forever|por favor|gracias|ya|nor|there is|who is"
    "|fuck|leave me|dont|go away|take me|yo|no|bro|bitch|assholes?|idiots?|morons?|jackass|dude|man|maam|you"
    "|else|until (?:i|hell|pigs|cows|doomsday)|till (?:hell|pigs|cows|doomsday)|further|whatsoever|in any|for"
    " any|under (?:any|the|tcpa|federal|state|us|fcc|penalty)|pursuant to|as required by"
    "|per (?:the|tcpa|fcc|federal|state)|in the future|going forward|at all|at any time"
    "|in future|\\d+ times|multiple times|twice|several times|many times|de nuevo|lol|lmao|haha|cabron\\w*"
    "|pendej\\w*|idiotas?|estupid\\w*|hijos|amigos?|senor\\w*|porque|ni|gente|los voy|o los|nunca|jamas|ok"
    "|ahora|otra vez"
    f"|(?:you )?{one_of(ABUSE)})\\b)"
)
# The same after a word for texts: who sends them, and what about, may follow too.
_THEN_OF_TEXTS = (
    _THEN[: -len(")\\b)")] + "|from (?:you|your|this|any|all|these|political|politicians"
    "|campaigns|anyone|the (?:dnc|gop|democrats|republicans|campaign|party))|about|for|regarding|concerning"
    "|required|needed|necessary|desired|wanted|are|is|to me|to this|on this|on my|at this|on here|via|here)\\b)"
)
# The same where nothing can be the object any more: the next sentence may begin with somebody or something else.
_NEXT = (
    _THEN[: -len(")\\b)")]
    + "|my|your|you|he|she|they|god|have a|good|goodbye|bye|what|why|how|are|and (?:have|thanks?|good|god"
    "|please|i|im|we|also|my|he|she|they|it|this|that)|not|never|very|fam|bruh|dawg|homie|chief|boss|bud"
    "|buddy|pal|folks|people|guys|hun|hon|honey|dear|sweetie|fr|foreal|rn|tho|though|period|today"
    "|immediately|weirdos?|creeps?|pretty|pronto|regards|sincerely|respectfully|blocked|reported|hello"
    "|these)\\b)"
)
_ABOUT_TEXTS = one_of("""
    these, those, the, this, that, your, anymore, all, any, more, such, of, other, me, us, out, further, with
    my, a, none, no
    annoying, political, politics, campaign, spam, junk, election, fundraising, donation, dumb, idiotic, random
    crazy
    nonstop
    group, mass, automated, solicitation, marketing, kind, type, sort, additional, future, types, kinds, sorts
    damned, bullshit
    republican, democrat, democratic, trump, bs, unsolicited, sus, estos, los, mas
""")

PARTS = {
    "then": _THEN,
    "next": _NEXT,
    "then_of_texts": _THEN_OF_TEXTS,
    "any_more": (
        "(?:(?:any ?more|any|more|another)(?: of)?(?: (?:these|this|them|those|your|from you))?|these|this"
        "|them|those|from you|your (?:crap|shit|stuff|garbage|nonsense|bs|bullshit))"
    ),
    "me": (
        "(?:(?:my|our) (?:family|household)|my (?:wifes|husbands|moms|mothers|dads|fathers|parents|grandmas"
        "|grandmothers) (?:phone|cell)|(?:my|our) (?:childs|kids|sons|daughters|grandsons"
        "|granddaughters) (?:phone|cell|number)|(?:both|all) of us|us both|us all|me and my \\w+"
        "|my \\w+ and (?:me|i|myself)|myself|me|us|phonenumber|all (?:of )?my (?:data|info|information)"
        "|this (?:person|contact|recipient|user|subscriber)|(?:my|our|this) (?>(?:cell|phone|mobile|home|work"
        "|business|contact|telephone|personal|private|landline|office|google|voice|forwarding|only|main) )*"
        f"(?:{_PHONE}|info|name|contact|information|data)(?: (?:and|or) (?:my )?(?:{_PHONE}|info|name))?)"
    ),
    "quit": one_of(
        "stop, quit, cease, halt, end, cancel, terminate, discontinue, refrain from, stop with, quit with, "
        "knock off, cease from, stop it with, knock it off with, cut it out with, stop w, quit it with, turn "
        "off, shut off, disable, lay off, lay off with"
    ),
    "texting": one_of("""
        texting, messaging, contacting, bothering, harassing, spamming, bugging, pestering, hounding, stalking
        disturbing
        blowing up, soliciting, writing to, texting and calling, calling and texting, calling or texting
        texting or calling, trying to contact, trying to reach, trying to text, reaching out to
        contacting or texting
        badgering, interrupting, annoying, messing with, hassling, bombarding, flooding, fucking with
    """),
    "contact": one_of("""
        text, message, contact, bother, harass, spam, bug, pester, solicit, reach out to, text or call
        call or text
        call and text, text and call, send texts to, send messages to, call text or email, disturb, text message
        try to contact, text or message, contact or text, try to reach
    """),
    "texts": _TEXTS,
    "these": f"(?>{_ABOUT_TEXTS} )*",
    "stuff": one_of(
        "stuff, this, these, anything, shit, crap, garbage, nonsense, propaganda, things, trash, bullshit, "
        "bs, ads, links, requests, surveys, donation requests, solicitations"
    ),
    "off_list": (
        "(?:(?:from|off of|off|of) (?>(?:your|this|the|that|all|any|these|every|such|future|further|whatever"
        "|anymore|political|campaign|dnc|gop|contact|calling|call|text|texting|messaging|message|mailing"
        "|marketing|spam|sms|phone|and|or|distribution|contacts|group|democrat|democratic|republican|trump"
        "|donor|donation|fundraising|voter|automated|list|other|recipient|solicitation|more|of|damned"
        "|bullshit|whole|entire|data|de|la|su|sus|el) )*(?:lista?|database|databases|system|systems|records"
        "|files|texts|text|messages|messaging|contacts|rolodex|campaign|campaigns|communications|thread|chat"
        "|group|distribution|mailings|solicitations|numbers|mailing|notifications|alerts|updates|chain|loop"
        "|base|file|roster|directory|crm|computers?|software|spam|phone|texting)(?!\\w| (?:bank|banks|banking"
        "|tree)\\b)|(?:from|off|off of) your (?!(?:volunteer|canvass\\w*|\\w+day|guest|wait\\w*|phone"
        "|phonebank|event|shift|invite|sign|yard|party|rsvp|carpool|email|e|address)\\b)\\w+ list|(?:from|off"
        "|off of) (?:your|this|the) (?!other)\\w+ (?:campaign(?: list)?|text list|texting list|contact list"
        "|mailing list)|out of (?:your|this|the) (?:list|database|system|records|contacts|phone|group|chat"
        "|thread)|(?:from|of) (?:receiving|getting) (?:\\w+ ){0,3}?(?:texts|messages|text|these|this"
        "|communications)(?!\\w)|(?:from|off of|off) (?:this|wherever|whatever|anywhere|everywhere|everything"
        "|here|it|all|them|your shit|this shit|this crap|this thing)"
        f"{_THEN})"
    ),
    "remove": one_of(
        "remove, delete, erase, drop, scrub, purge, strike, scratch, pull, unlist, exclude, removing, omit, "
        "wipe, clear, deactivate, suppress, unregister"
    ),
    "removed": one_of(
        "removed, remove, taken off, taken, deleted, unsubscribed, opted out, dropped, excluded, off"
    ),
    "adverb": "(?>(?:would|do|also|still|now|have|already|am|all|actually|specifically|hereby) )*",
}

# Commands to us. The rest of their sentence may say anything but what LIMITS holds.
COMMANDS = (
    "{quit} {these}{texting} (?:all of |the both of )?{me}",
    "{quit} (?:texting|messaging|spamming|contacting|harassing){then}",
    "{quit} (?:hitting|blowing) {me} up",
    "{quit} (?:hitting|blowing|lighting|clogging|filling|flooding|cluttering|buzzing|dinging|ringing)(?: up)? my"
    " (?:phone|cell|line|number|inbox|messages|dms|texts)(?: up)?{next}",
    "{quit} using (?:new|other|another|different|random|fake) (?:\\w+ )?(?:numbers|number|phones) to {contact} {me}",
    "{quit} using (?:my|this) (?:phone |cell )?(?:number|phone|cell|line){next}",
    "forget (?:that )?you (?:ever )?(?:have|had|know|knew) (?:my|this) (?:phone |cell )?number",
    "{quit} {these}(?:texting|messaging|sending|writing) (?:\\w+ ){{0,4}}?to {me}{next}",
    "{quit} (?:sending|giving) {me} {these}(?:(?:\\w+ and )?{texts}{then_of_texts}|{stuff}"
    "|\\w+ {texts}{then_of_texts}|links|requests|{then})",
    "{quit} sending {these}{texts}{then_of_texts}",
    "{quit} (?:the|these|your|all|all the|all these) {these}(?:texts|text|messages|sms|spam){then_of_texts}",
    "{quit} {these}(?:communicating|communication|communications|contact|correspondence)(?: (?:with"
    "|to) {me})?{then}",
    "(?:these|your) {these}(?:texts|messages) (?:need to|have to|must|better|should) (?:stop|end|cease)",
    "enough (?:with|of) (?:the|these|your|this) {these}{texts}",
    "(?:dont|never|no longer|not to|to not) (?:you )?(?:dare )?(?:again )?{contact} (?:to )?{me}(?:{next}"
    "|(?= (?:about(?! (?:it|that|the)\\b)|via|by|through|from (?:this|your|any|another|other|a|an|new"
    "|different)|(?:at|on) this|for (?:money|donations|votes|any|political|anything|support)|with (?:this"
    "|these|your|political|politics|any more)|(?:your|any|these|more) (?:crap|bullshit|texts|spam|shit))\\b))",
    "(?:dont|never|no longer|not to|to not) (?:you )?(?:dare )?send {me} {these}(?:{texts}{then_of_texts}"
    "|{stuff}{then})",
    "(?:dont|never) send {these}{texts}{then_of_texts}",
    "(?:dont|never|{quit}) (?:send|sending) (?:any|these|more|anything|your) {these}(?:{stuff} )?(?:to"
    "|at) {me}",
    "no (?:further |more )?need (?:for|of) {these}{texts}",
    "(?:dont|never|stop|quit) (?:waste|wasting) (?:your|my|our|any more|more) \\w+ (?:{texting}|on) {me}",
    "(?:dont|never) {contact} (?:on|at|to) (?:this|my) (?:number|phone|cell)",
    "(?:no|not any) (?:need|reason|point|use) (?:to|in|for you to) (?:keep|continue) (?:{texting}|{contact}"
    "|sending) (?:{me}|these)",
    "you (?:dont|no longer) (?:need|have) to (?:keep |continue |be )?(?:{texting}|{contact}) {me}(?: anymore"
    "| any more| again)",
    "(?:^|please )no send (?:me |us )?{these}{texts}",
    "(?<=number )(?:and |so |please )?(?:delete|lose|erase|remove|forget) it{then}",
    "(?:dont|never) (?:use|text|contact|message) (?:this|my) (?:number|phone|cell)(?:{next}| for (?:this"
    "|these|that|political|campaign|any|your))",
    "(?:can|could|will|would) (?:you|all|you guys) (?:please )?not {contact} {me}{next}",
    "(?:do|would) you (?:please )?mind (?:(?:taking|getting) {me} {off_list}|(?:removing"
    "|deleting) {me}(?: {off_list}|{next})|(?:not|stopping) {texting} {me})",
    "(?:dont|never) (?:hit|hitting|blow) {me} up{next}",
    "(?:dont|never) include {me} (?:in|on) (?:your|this|these|any|future)",
    "(?:take|get|keep|leave|let|kick|boot|cut|knock|bump|yank|toss|free|cross) {me} {off_list}",
    "(?:^|please |kindly )(?:remove|delete) {off_list}",
    "(?:take|get|kick|boot) {me} off(?: of)?{then}",
    "{me} (?:is not|is never|should not|shouldnt|must not|cannot|cant|may not) (?:to )?be (?:contacted|texted"
    "|messaged|used)",
    "(?:dont|never) bother (?:texting|messaging|contacting|trying to (?:text|reach|contact)) {me}{next}",
    "(?:get|stay) (?:off|out of) my (?:phone|inbox|messages|cell)",
    "{remove} (?:all )?{me}(?: {off_list}|{next})",
    "(?:take|get|pull) (?:my|this) (?:phone |cell |cellphone )?(?:number|name|info) out{then}",
    "(?:remove|delete|erase) {me}(?! (?:from|as|off|of|out|in|on|at|with|for|to|a|the|back|now that|once)\\b)",
    "^(?:please )?(?:removed|unsubscribed|deleted) {me}(?: {off_list}|{next})",
    "(?:remove|take|delete) (?:it|this|this one|both) (?:from|off)(?: of)? (?:your"
    "|all your) (?:\\w+ )?(?:list|database|system)",
    "(?:can|could|may) (?:i|we) (?:please )?(?:be|get) (?:{removed}(?: {off_list}|{next})|taken {off_list})",
    "(?:have|get) {me} (?:removed|taken off|deleted|erased)",
    "unsubscribe {me}(?: {off_list}|{next}| (?:to|for) )",
    "opt out {me}{next}",
    "opt {me} out(?: {off_list}|{next}| of (?:any|all|your|these|this|future|the)\\b)",
    "(?:lose|forget|delete|erase|ditch|dump|trash|burn|toss|shred) (?:my|this) (?:phone |cell )?"
    "(?:number|contact|digits){next}",
    "(?:leave|let) {me} (?:be|alone|in peace){then}",
    "(?:put|add|place) {me} (?:to|on|in) (?:your |the |a )?(?:do not|dont|no|dnc) ?(?:call|text|contact"
    "|message|list)",
    "(?:put|add|place) {me} (?:to|on|in) (?:your |the |an? )?(?:opt out|unsubscribed?|removal|blocked|stop)"
    " list{then}",
    "you (?:may not|cant|are not allowed to|dont have (?:my )?permission to"
    "|have no permission to) {contact} {me}",
    "(?:block|blacklist|unenroll|unlist|get rid of) {me}(?:{then}| {off_list})",
    "mark {me} (?:as )?(?:a )?(?:dont|no) (?:call|text|contact)",
    "(?:second|third|fourth|fifth|sixth|last|final|nth|\\d+\\w*) time (?:\\w+ ){{0,4}}?(?:stop|unsubscribe"
    "|be removed|remove me)$",
    "cease and desist|ces(?:e|en) y desist(?:a|an)",
    "(?:cancel|end|terminate|discontinue|stop) (?:my|our|this|the) (?:text |sms |message )?(?:subscription"
    "|enrollment)(?:{then}| (?:to|for) (?:these|your|this|all|the) {these}(?:{texts}|list|updates|alerts))",
    "(?:what|which) part of (?:stop(?! and)|no|unsubscribe|leave me alone|remove me|dont text)",
    "what (?:dont you|do you not) (?:understand|get) about (?:stop(?! and)|no|unsubscribe|leave me alone)",
    "how many (?:more )?times (?:\\w+ ){{1,9}}?(?:stop|unsubscribe|remove me|opt out)(?=$| (?:before|until"
    "|for|to|please|thanks?|asap|i|now)\\b)",
)

# Wishes of the writer's own, with their subject.
_I_WANT = (
    "(?:(?:i|we) {adverb}|^(?:please )?)(?:want|wish|like|prefer|need|choose|would like|request|asked|demand"
    "|elect)(?: you| \\w+ times)? to "
)
_I_DO_NOT = "(?:(?:i|we) (?:really |do |just |also )?)?(?:dont|no longer|never) "
WISHES = (
    _I_WANT + "(?:(?:opt out|optout|unsubscribe)(?: {off_list}| of (?:your|these|this|the|all|any) |{then})"
    "|be (?:{removed}(?: {off_list}|{next})|taken {off_list})|be left alone|be on your do not|(?:stop"
    "|quit) (?:receiving|getting) {these}(?:{texts}|{stuff})|cancel (?:these|the|your|my) (?:texts"
    "|subscription))",
    "(?:(?:i|we) )?(?:want|need|would like) (?:out|off)(?: of)? (?:of )?(?:this|your|the"
    "|these) (?:\\w+ )?(?:list|texts|messages|chain|thread|chat|group|loop)",
    "(?:(?:i|we) {adverb}(?:opt|opted)|(?:im|we are) opting|consider me opted) out(?: {off_list}| of (?:your"
    "|these|this|all) |{then})",
    "(?:im|we are) unsubscribing",
    "(?:consider )?this (?:is|as)? ?my (?:opt out|request to be removed|formal request|official request"
    "|notice to stop)",
    "(?:i )?(?:dont|no longer) want to be (?:a )?(?:part of|in|on) (?:this|your)(?: \\w+)?(?: list| group"
    "| chat| thread| texts)?{then}",
    "(?:im )?(?:not|no longer) interested in (?:receiving |getting )?{these}{texts}",
    "(?:my|this|our) (?:phone |cell )?(?:number|name|phone) (?:needs to|should|must"
    "|has to) be {removed}(?: {off_list}|{next})",
    "(?:(?:i |we )?(?:have )?already|i have) (?:unsubscribed|opted out)(?=$| (?:\\d+|\\w+ times|already|twice"
    "|multiple|from (?:this|your|these))\\b)",
    "(?:request(?:ing)?|i request) (?:removal|to be removed)",
    "(?:(?:i|we) (?:would )?)?appreciate (?:being|to be|getting|if i (?:was|were|am)) {removed}(?: {off_list}"
    "|{next})",
    "(?:(?:i|we) (?:would |do )?)?(?:prefer|want|like|appreciate) no (?:more )?{these}{texts}{then_of_texts}",
    "(?:confirm|verify|acknowledge|confirmation)(?: to me)?(?: that)? you have (?:removed|deleted|taken off"
    "|unsubscribed) {me}",
    "(?:make )?(?:see|sure|ensure|confirm|verify|confirmation)(?: to it)?(?: that)? (?:im|i am|i get"
    "|i have been|we are|{me} (?:is|gets|be)) (?:{removed}(?: {off_list}|{next})|{off_list})",
    "(?:make )?(?:see|sure|ensure)(?: to it)?(?: that)? (?:i|we) (?:dont|no longer|never) (?:get"
    "|receive) (?:{these}{texts}{then_of_texts}|{any_more}{next})",
    _I_DO_NOT + "(?:want|wish|like|care|need)(?: to)? (?:receive|get|be getting|keep getting|keep receiving"
    "|continue receiving|getting|receiving|continue to receive) {these}(?:\\w+ )?(?:{texts}{then_of_texts}"
    "|from you|{stuff}{then}|them{then})",
    _I_DO_NOT + "(?:(?:want|wish) |(?:need|like) (?:these|your|political|getting) ){these}(?:\\w+ "
    ")?{texts}{then_of_texts}",
    "(?:i|we|this (?:number|phone|line|cell)) (?:dont|doesnt|no longer|never) (?:accept|allow|permit|welcome"
    "|authorize|want) {these}(?:\\w+ )?(?:{texts}|solicitors|communications?){then_of_texts}",
    _I_DO_NOT + "(?:(?:want|wish|like|need)(?: to (?:have|receive|get))? )(?:any |further |more |future "
    "|additional )+(?:communications?|contact|correspondence|outreach){then_of_texts}",
    _I_DO_NOT
    + "(?:want|need) (?:these|this|them) (?:on|to|at|in) (?:my|this) (?:phone|cell|number|inbox){next}",
    _I_DO_NOT + "need any ?more {these}{texts}{then_of_texts}",
    _I_DO_NOT + "(?:want|wish|like|need) (?:you|you all|you people|you guys|anyone|anybody) (?:texting"
    "|messaging|contacting|bothering|to text|to message|to contact|to bother|sending) {me}",
    _I_DO_NOT + "(?:want|wish|like|care|need) to (?:be (?:texted|contacted|messaged|bothered|solicited"
    "|harassed|spammed|on (?:this|your|the|any) (?:\\w+ )?list)(?:{then}|(?= (?:by|about|via|from|on|for"
    "|with (?:this|these|your|any more|texts))\\b))|hear from (?:you|any of you|your (?:campaign|party|people"
    "|group)|this (?:campaign|number|group)|anyone))",
    "(?:(?:i|it|we) )?(?:would )?(?:be )?(?:(?:so|very|greatly|much|really|most) )*(?:appreciate|like|love"
    "|great|nice|thankful|grateful|glad)(?: it)? if you (?:all |guys |people |could |would |will |please "
    "|just )*(?:(?:stop(?:ped)?|quit){then}|(?:stop(?:ped)?|quit|remov(?:ed?)|took|take|didnt|wouldnt|dont"
    "|not) (?:text\\w*|send\\w*|contact\\w*|messag\\w*|me|my))",
    "(?:appreciate|love|like|great|nice|good|thankful|grateful|glad|happy)(?: it)? if (?:these|(?:these|the"
    "|your|all) {these}{texts}) (?:would |could )?(?:stop|stopped|end|ended|cease|ceased){then}",
    "(?:i|we) dont consent(?: to (?:this|these))?{then}",
    "(?:process|honor|respect|confirm|record|accept|acknowledge) (?:my|this) (?:opt out|unsubscribe"
    "|removal)(?: request)?",
    "(?:(?:i|we) )?(?:would |do )?(?:like|want|need) (?:these|(?:these|the|your"
    "|all) {these}{texts}) to (?:stop|end|cease)",
    "^(?:would )?(?:rather|prefer) not (?:to )?(?:get|receive|be) {these}(?:{texts}|texted|contacted|messaged"
    "|{stuff}|{then})",
    "(?:(?:i|we) )?(?:would |do )?(?:prefer|rather) (?:to )?not (?:to )?(?:receive|get"
    "|be) {these}(?:\\w+ )?(?:{texts}|texted|contacted|messaged)",
    "(?:(?:i|we) )?(?:dont|no longer) (?:consent|agree|give (?:you )?(?:my )?(?:permission|consent)) (?:to"
    "|for) (?:\\w+ ){{0,3}}?(?:{texts}|text me|contact|texted|contacted|messaged|receive)",
    "(?:no|zero) (?:more|mas|further|additional) {these}(?:\\w+ )?(?:{texts}{then_of_texts}|contact{then}"
    "|communications?{then}|of these|of this$)",
    "(?:(?:i|we) {adverb})?(?:revok|rescind|withdraw)(?:e|ing|s)? (?>(?:my|any|all|and|prior|previous|express"
    "|written|implied|whatever|this|the) )*(?:consent|permission|authorization)",
    "(?:my|any|all|prior|your|the) (?:\\w+ )?consent (?:\\w+ ){{0,6}}?(?:is|has been|are) (?:now )?(?:revoked"
    "|withdrawn|rescinded|denied)",
    # That we stop, or they be taken off, said of us and in whatever voice.
    "(?:i|we) {adverb}(?:want|need|expect|demand|request|require|insist|ask|prefer"
    "|like)(?: that)? (?:{me} )?(?:to be |be |is |gets? )?(?:(?:removed|taken off|deleted|erased"
    "|off)(?: {off_list}|{next})|{off_list})",
    "(?:im |been )?trying to (?:unsubscribe|opt out|get {off_list})(?: {off_list}|{then})?",
    "^(?:i|we) unsubscribe(?: {off_list}|{then})",
    "so (?:that )?(?:i|we) (?:can )?(?:stop|quit) (?:getting|receiving) {these}(?:{texts}|{stuff}|them{then}"
    "|{then})",
    "(?:i|we) (?:would )?(?:appreciate|like|prefer|rather)(?: it)? (?:not"
    "|no longer) (?:to )?(?:be )?(?:getting|receiving|get|receive|contacted|texted"
    "|messaged) {these}(?:{texts}|{stuff}|{next})",
    "(?:i would |id |would )?(?:rather|prefer)(?: that| if)? (?:you|yall|you guys) (?:not|didnt|dont|wouldnt"
    "|stopped|stop|quit) (?:{contact} |{texting} |sending ){me}",
    "(?:(?:i|we) )?(?:ask|request)(?: that)?(?: i| we)? (?:not|to not) (?:to )?be (?:contacted|texted"
    "|messaged)",
    "(?:i|we) {adverb}(?:request|ask|demand|insist|require|prefer)(?: that)? you (?:please )?not {contact}"
    " {me}{next}",
    "(?:i|we) (?:decline|refuse)(?: to receive)? {these}{texts}",
)

# They say that they have said so.
_IN_EARNEST = (
    "(?!(?:never|not|didnt|dont|havent|hadnt|cant|cannot|wont|wouldnt|no|almost|should|shouldve|could|would"
    "|might|may|can|ill|will|wish|wanted|he|she|they|it|who|nobody|if|when|before|until|didn|meant"
    "|thought)\\b)"
)
REMINDERS = (
    "(?:^|i |we |i have |have |already )(?:been|keep|kept) (?:saying|texting|typing|replying|responding"
    "|sending|writing|putting|answering) (?:back |with |you |the word |to )*(?:stop|unsubscribe|opt out"
    "|no more)\\b",
    "^(?:i |just |have )*(?:replied|texted|sent|said|typed|hit|wrote|pressed|responded) (?:with |back "
    "|the word )*(?:stop|unsubscribe) (?:\\d+|twice|multiple|many|several|already|three|four|five|ten)\\b",
    f"(?:i|we|already) (?:{_IN_EARNEST}\\w+ ){{{{0,3}}}}?"
    "(?:said|hit|pressed|entered|say|told you|texted|typed|replied|responded|wrote|sent|asked you|asked"
    "|requested|answered|put|told you people|told you guys|keep saying|keep replying|keep typing"
    "|keep sending) (?>(?:back|with|you|to|the word|please|all|guys) )*(?:stop|unsubscribe|opt out"
    "|no more)(?=$| (?:\\w+ times|\\d+|twice|so|but|already|multiple|many|please|before|yesterday|last|weeks"
    "|days|months|texting|sending|like \\w+ times|a (?:while|few|couple|million|hundred|dozen)|why|stop|now"
    "|and (?:you|yet|still|it|im|i))\\b)",
    "(?:i|we) {adverb}(?:asked|requested|told you|told yall|begged|emailed|called)(?: you"
    "| \\w+ times)* (?:to be |being ){removed}(?:{then}|(?= (?:last|yesterday|weeks|months|days|before|long"
    "|ages|like|a|earlier|this morning|in \\w+$)\\b)(?! last (?:event|meeting|ballot)))",
)

# Complete only as their whole clause, courtesy aside.
SHORT_COMMANDS = (
    "{quit} {texting}(?> (?:these|this|the|texts|text|messages|message|already|people|everyone|anymore|all|so"
    "|it|and calling|me|your|political|spam|to|stuff|crap|shit|here|us))*",
    "{quit} (?:with|sending)(?> (?:these|this|the|texts|text|messages|message|all|it|me|your|political|spam"
    "|to|stuff|crap|shit|bs|bullshit|nonsense|garbage|propaganda))*",
    "{quit} (?>(?!(?:him|her|them|hate|racist|fake|trump|biden|all the)\\b)\\w+ ){{0,4}}?(?:texts|texting"
    "|messages|messaging)",
    "{quit} {these}(?:\\w+ )?(?:{texts}|communication|communications)",
    "(?:when i say stop )?i mean stop|no more {these}(?:requests|surveys|asks)",
    "(?:thats |quite )enough {these}{texts}",
    "(?:dont|never) (?:(?:call|email|write) (?:or|and|nor) (?:text|message|contact)|(?:text|message"
    "|contact) (?:or|and|nor) (?:call|email|write)|text|message|contact"
    "|bother me|bother us|bother again)(?> (?:again|anymore|any more"
    "|here|or call|no more|me|further|at all|period))*",
    "{quit} (?:(?:this|the|my|all|your) )?(?:service|services|subscription|notifications|alerts|updates"
    "|correspondence)",
    "(?:dont|never) send (?:me )?(?:any|anything|nothing|another)(?: else| more| thing| one)*",
    "no more(?: of this| of these| of that)?|(?:dont|no) send (?:anymore|any more|more)",
    "no {these}(?:texts|text|messages|contact|texting|spam|sms)(?> (?:again|anymore|any more|here))*",
    "(?:take|get) {off_list}",
    "(?:remove|delete|erase) (?:my|this|the)? ?(?:number|contact|me|info)(?: {off_list})?",
    "(?:off|out of|off of) (?:your |this |the )?(?:list|database)",
    "remove (?:from all|name|list|subscription)",
    "(?:stop|quit) (?:it|this|that)",
    f"(?:stop|quit) (?:it|this) (?:you|you guys|you people|you all|this is|these are|its)(?: are)?(?> (?:so"
    f"|very|too|really|getting|all|being))* {ANNOYING}",
    "unsubscribe (?:from|to|for) {these}(?:list|lists|{texts}|updates|all|everything|this|campaign)",
    "opt out (?:of|from) {these}(?:list|lists|{texts}|updates|all|everything|this|campaign)",
    "(?:opting|opted) out",
    "consent (?:revoked|withdrawn)|(?:cease|desist|discontinue|unenroll)(?: please)?|enough {these}{texts}"
    "|stop means stop",
    "(?:i )?(?:want to |would like to )?(?:leave|exit|quit) (?:this|the) (?:group|chat|thread|conversation"
    "|list|group chat)",
    "make (?:these|the texts|your texts|the messages) stop",
    "dont bother (?:texting|messaging|contacting)(?: again| anymore)?",
    "removal(?: request| {off_list})?|request removal",
)
