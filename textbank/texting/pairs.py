"""Requests of which one sentence gives the reason and another the wish. Tables only.

In each of `PAIRS` the first says what is spoken of, and the second is a request only beside it: "stop sending them"
is one where texts have been named. Both are looked for anywhere in the reply, whose clauses are joined by bars.
"""

from __future__ import annotations

from textbank.texting.wording import ANNOYING, one_of

# The owner of the phone is dead. Whoever writes has the phone now, so "stop texting him" means this one.
DECEASED = (
    "\\b"
    + one_of("""
    passed away, (?<!phone )(?<!cell )(?<!battery )(?<!car )(?<!dog )(?<!cat )died
    (?<!phone )(?<!phone is )(?<!battery )(?<!battery is )dead, deceased, has passed, passed on, passed last
    passed in, passed this, no longer with us, no longer alive, my late
    fallecio, fallecido, fallecida, murio, muerto, muerta, viuda, viudo, difunto, difunta, ha muerto
""")
    + "\\b",
)
# Only beside the news that the owner of the phone is dead.
FOR_THE_DEAD = (
    "(?:stop|quit) {texting} (?:him|her|them|(?:my|his|her|their|this) \\w+)",
    "(?<!i )(?<!to )(?:remove|delete|erase|drop) (?:him|her|them|(?:my|his|her|their|the"
    "|this) (?:\\w+ )?(?:name|number|phone|cell|info|mother|father|mom|dad|husband|wife|son|daughter|brother"
    "|sister)){done}",
    "(?<!i )(?<!to )(?:remove|delete|take|erase|drop|get) (?:him|her|them|(?:my|his|her|their|the"
    "|this) (?:\\w+ )?\\w+) {off_list}",
    "{begin}(?:remove|delete|unsubscribe|stop){end}|{paren} de {mandar}l[eo]s?\\b",
    "(?:dont|no longer) {contact} (?:him|her|them|this number)",
    "no (?:manden?|envien?|escriban?|llamen?)\\b|(?:no le|no lo|no la) {contacte}|{quitelo} {lista}|(?:quit"
    "|borr|elimin|saqu)(?:e|a|en)l[oae]|(?:borr|elimin|quit)(?:e|a|en|ar) su (?:numero|nombre|telefono)",
)
# The phone is that of the person we are to leave alone, or no longer theirs: either way it is this one.
WHOSE_PHONE = (
    "(?<!if )\\b(?:this|it|that) is (?:not |no longer )?(?:(?:my|his|her|their) )?(?:\\w+ )?(?:\\w+s|his|her"
    "|their) (?:\\w+ )?(?:phone|number|cell|cellphone|line)\\b(?! ?\\?)|\\bwrong (?:number|person)\\b",
)
_THEM = "(?:him|her|them|(?:my|his|her|their) \\w+)"
_WILL_YOU = "(?:(?:can|could|will|would) you (?:please )?)?"
FOR_THEM = (
    f"{{begin}}{_WILL_YOU}(?:stop|quit) {{texting}} {_THEM}{{done}}",
    f"{{begin}}{_WILL_YOU}(?:remove|delete|take|erase|drop|get) {_THEM} {{off_list}}(?! of\\b)",
    f"{{begin}}(?:dont|no longer|never) {{contact}} {_THEM}{{done}}",
)
# What they will do if we do not stop: a request, however it is put.
THREATS = (
    "\\b(?:tcpa|small claims|sue you|su(?:e|ing)|(?:legal|formal|serious) (?:action|consequences)"
    "|press charges|damages|violations? of|(?:\\d+|dollars|500|1500) (?:per|a|each)|attorney general|multa"
    "|queja|\\d+ dolares|blocking|getting blocked|report(?:ed|ing)? (?:you|this|it|your|to (?:the )?(?:fcc"
    "|ftc|police|authorities|attorney|state|carrier|doj))|reported|sue|suing|block(?:ed|ing)? (?:you|this"
    "|your|all|it)|blocked|lawyer|attorney|police|cops|fcc|ftc|legal|complaint|charges|court|lawsuit"
    "|los(?:e|es|t|ing) (?:my|our|a|another|his|her) votes?(?! to\\b)|\\b(?:i|we|im) (?:wont|not|never|will not|will"
    " never) (?:be )?vot(?:e|ing) for you|wont (?:get|have) my vote"
    "|harassment|denunci\\w+|acus\\w+|demand\\w+|report(?:ar|o|are)\\b|policia|abogado|vot(?:e"
    "|ing) (?:for )?(?:the other|your opponent|against))",
)
# Only beside what they will do otherwise.
OR_ELSE = (
    "(?:if|unless) you (?:dont|wont|cant|refuse to|do not) (?:\\w+ )?{quit} (?:{these}{texting}|sending|with)",
    "(?:if you )?(?:ever )?(?:text|message|contact) {me} (?:again|one more time)|if you (?:dont"
    "|wont) stop{done}",
    "if you (?:ever )?(?:text|message|contact) (?:again|one more time)",
    "{begin}(?:keep|continue) (?:{texting}|sending)(?: {me}| these| this| texts| messages)* and\\b",
    "(?:if|when) (?:i|we) (?:get|receive|see|hear|so much as) (?:\\w+ ){{0,3}}?(?:one more|another|any more"
    "|even one|a single|any other) (?:\\w+ )?(?:text|message|msg)(?! (?:with|about))",
    "(?:(?:any|each|every|all) (?:further|more|additional|future|other|subsequent|new)|continued"
    "|further) (?:unwanted )?(?:{texts}|contact|communications?)(?: (?:to|from|at|on|of|this|my|number|me|you"
    "|your|kind|campaign))* (?:is|are|will be|shall be|constitutes?|may be|goes|costs) (?!helpful|great|fine"
    "|good|ok|ignored)",
    "each (?:additional |further |new )?(?:text|message) (?:is|costs|will cost|carries)",
    "cada (?:{mensajes}) (?:mas|adicional|nuevo)|si (?:recibo|recibimos|me llega|nos llega|veo"
    "|vuelvo a recibir) (?:otro|mas|un|algun) {mensajes}(?: suyo| de ustedes| mas)*(?! con)",
    "(?:if|until) (?:this|it|these|the texts|the messages) (?:(?:doesnt|dont|wont) (?:stop|end)|stops?)",
    "si no (?:deja|para)n?(?= \\||$)|si no (?:me |nos )(?:quit|borr|sac|elimin)\\w+",
    "if you (?:dont|wont) (?:remove|delete|erase|unsubscribe) {me}|if you (?:dont|wont) take {me} off"
    "|if you (?:dont|wont) leave {me} alone",
    "next time (?:you|yall|someone|anyone|anybody)(?: people| guys)? (?:text|message|contact|send|try)s?\\b",
    "(?:la )?proxima(?: vez)? que (?:me|nos) {contacte}",
    "(?:next|one more|another) {texts}(?: from you)? (?:and|ill|im|i will|goes (?:to|straight)|gets"
    "|is going to|means)\\b",
    "si (?:no (?:deja|par)\\w+ de |(?:me |nos )?(?:vuelve[ns]?|siguen?|insisten?|continuan?) (?:a |en "
    "|con )?)(?:mand|envi|escrib|text|molest)\\w+",
    "si (?:siguen?|continuan?|insisten?|(?:lo |me )?vuelven?)(?: con| asi| a hacerlo| insistiendo| molestando"
    "| esto| a molestar)*(?= \\||$| l[oe]s? )",
    "si (?:me|nos) (?:mand|envi|escrib|text|molest)\\w+ (?:otr[oa]|mas|de nuevo|nuevamente)",
    "(?:un|una|otro) (?:solo |sola )?{mensajes} mas y (?!list|ya|gracias)",
)
# A refusal, and "don't text back" or "remove" alone. (A yard sign may be removed too.)
REFUSALS = (
    "{begin}(?:no|nope|nah|bye|goodbye|no thanks|no thank you|(?:im )?not interested|wrong number|hell no"
    "|fuck off|fuck you|go away|get lost){end}",
)
NO_ANSWER = (
    "{begin}(?:dont|never) (?:text|message|write|reply|respond|contact)(?: me)? back(?: ever)?{end}",
)
NO_USE = (
    "^(?!.*\\b(?:signs?|yard|lawn|door|shift|event|photos?|pictures?|posts?|comments?|petition|posters?"
    "|flyers?|stickers?|mural|app|ads?|video|statue)\\b).*\\b(?:(?:wrong|incorrect) (?:number|person|district"
    "|state|city|county|area)|(?:old|bad|disconnected) number|moved|no thanks|no thank you|no longer"
    "|out of (?:state|district)|uninterested|not (?:a|an|in|from|at|on|old|interested|registered|eligible"
    "|voting|me|my name|participating|american)|(?:dont|cant|wont) (?:vote|live|want (?:this|these|it|any|to)"
    "|wish|support|know|do politics|participate)|a business|minor|underage|under \\d+|deceased|spam|scam|opted out"
    "|unsubscribed|on this list|no {these}{texts})\\b",
)
REMOVE = ("{begin}(?:remove|delete){end}",)
# "It" is the phone where a phone has been named, and may be somebody else where none has.
PHONE = (
    "\\b(?:number|phone|cell|line|(?:get|got|have|use) (?:my|this) (?:name|info|contact)|numero|telefono"
    "|celular|cel|linea)\\b",
)
FORGET_IT = (
    "{begin}(?:remove|delete|(?:delete|lose|erase|remove|drop|take off|get rid of) (?:it|this|that"
    "|this one)|(?:take|get) (?:it|this|this one) off){end}",
    "(?:dont|never|not to|to not) {contact} (?:me|us) (?:on|at|through|via) it{done}",
    "{begin}(?:dont|never) (?:use|text|contact|message) it(?! (?:as|when|if|until)\\b)",
    "(?<!no ){quitelo} {lista}|\\b(?:pero|y|privado|equivocado|asi que|ya) {quitenlo}{end}",
    "no l[oa] (?:usen?|utilicen?) (?:mas|para)|no (?:usarlo|utilizarlo)\\b",
    "(?:{begin}|favor de |por favor |pueden? |podrian? |deben )(?<!no ){quitelo}{y_done}",
)
# "They" are the texts where texts have been named.
TEXTS = (
    "\\b(?:texts|messages|texting|messaging|these (?:keep|are|come)|mensajes|textos|notificaciones|mensajitos"
    "|(?:text|escrib|mand|envi|mensaje)\\w*(?:me|nos)|me (?:{contacte}))\\b",
)
STOP_THEM = (
    "{begin}(?:(?:you )?(?:need to|must|have to) )?(?:stop|quit) (?:sending|doing|with) (?:them|these|it|that"
    "|this)\\b{done}",
    "{begin}(?:stop|quit|cancel|end) them{end}",
    "{begin}{paren} (?:de |con )?(?:hacerlo|eso|esto|ellos){end}",
    "{quiero} (?:cancelar|parar|detener|dejar de recibir|no recibir)l[oa]s",
)
# Who says that they get texts, and then that it is enough, speaks of the texts.
BURDEN = (
    "\\b(?:charg\\w+ (?:me )?for|gets?|getting|receiv\\w+|llegan|recibo|recibimos|recibiendo|mandan"
    "|costs?) (?:\\w+ ){{0,4}}?(?:texts|messages|these|mensajes|textos)\\b|\\b(?:every|each) text\\b"
    f"|\\b(?:you|you guys|you people|you all|these|texts|messages)(?: are)?(?> (?:so|very|too|really|getting"
    f"|all|being))* {ANNOYING}\\b"
    "|\\b(?:\\d+(?:st|nd|rd|th)|second|third|fourth|fifth|tenth|umpteenth) (?:text|message|one of (?:these"
    "|those)) (?:today|this (?:week|morning|month)|in a row|from you)\\b"
    "|\\bconstant (?:texting|texts)\\b|\\bharassing (?:me|us)\\b|\\bthis (?:is )?(?:harassment|spam)\\b"
    "|\\b(?:me|nos) (?:van a seguir|siguen?|sigues) (?:escribiendo|texteando|(?:mandando|enviando)"
    "(?= \\||$| \\?| {sus}{textos}))",
)
ENOUGH = (
    "{begin}(?:knock it off|cut it out|give it a rest){end}",
    "{begin}(?:ya )?basta(?: ya)?{end}",
    "{begin}(?:no more|enough|make (?:it|them|this) stop|(?:stop|quit) (?:it|this|that)){end}",
    "(?:{begin}|and )(?:i |we )?(?:want|need|would like) (?:it|this|them|these) (?:all )?to (?:stop|end)\\b",
    "{begin}(?:i )?dont want (?:them|these|it){end}|{begin}(?:ya )?no l[oa]s quiero(?: mas| recibir)*{end}",
    "{quiero} (?:paren?|dejen|cesen?|se detengan?)(?: ya| de hacerlo)*{end}",
)
# Who asks how to be rid of the texts, and says that they do not want them.
ASKED_HOW = (
    "\\b(?:how|where|what|como|cual)\\b[^|]{{0,80}}\\b(?:off (?:this|the|your) list|unsubscribe|opt out"
    "|removed|stop (?:these|this|it|getting|receiving|the texts)|dejen de|dejar de|no recibir|darme de baja"
    "|quit\\w+me|cancelar)\\b|\\b(?:removed?|unsubscribed?) me\\b",
)
DO_IT = (
    "{begin}(?:i )?dont want (?:them|these|it|this|any){end}|{begin}(?:just )?(?:do|do it|do so|do that){end}",
    "{begin}(?:ya )?no (?:l[oa]s? |mas |recibir\\w* )?(?:quiero|deseo)(?: mas| recibir\\w*| nada)*{end}",
)

# Who asks why it goes on after they said STOP has said so.
GOES_ON = (
    "\\b(?:why|how come)\\b[^|]{{0,20}}\\b(?:you|yall|guys|people|i|we) (?:\\w+ )?(?:keep|still) (?:{texting}"
    " {me}|(?:getting|receiving) {these}(?:{texts}|these|this))",
)
AFTER_STOP = (
    "\\b(?:after|when|though|although) (?:i|we) (?:(?:have|already|clearly) )*(?:said|told you|asked you|asked"
    "|texted|replied|typed|sent|wrote|responded)(?: to| with| the word| you)* (?:stop|unsubscribe|opt out)\\b"
    "(?:{done}|(?= \\?))",
)

PAIRS = (
    (DECEASED, FOR_THE_DEAD),
    (WHOSE_PHONE, FOR_THEM),
    (THREATS, OR_ELSE),
    (REFUSALS, NO_ANSWER),
    (NO_USE, REMOVE),
    (PHONE, FORGET_IT),
    (TEXTS, STOP_THEM),
    (BURDEN, ENOUGH),
    (ASKED_HOW, DO_IT),
    (GOES_ON, AFTER_STOP),
)
