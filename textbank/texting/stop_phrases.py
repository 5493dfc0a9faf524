"""How people ask in a sentence not to be texted, in English and Spanish. Tables only.

Words are as `understanding.py` leaves them: lower case, no accents, apostrophes or punctuation, shorthand written
out and emphasis left out (`wording.py`). `{name}` stands for an entry of `PARTS`. A repeated group is always atomic,
`(?>...)`, so that a hostile text is read once and not in every way it can be cut.

Where the lists come from: the phrases that CTIA Messaging Principles 5.1.3 and 47 CFR 64.1200(a)(10) give as
examples, and our own collection.
"""

from __future__ import annotations

from textbank.texting.wording import ABUSE, one_of

_PHONE = "(?:number|phone|cell|cellphone|line|device)"
_TEXTS = one_of(
    "texts, text, messages, message, sms, mms, spam, texting, messaging, junk, solicitations,"
    " mensajes, textos"
)
# The sentence ends here, or courtesy follows, or another sentence begins.
_THEN = (
    "(?=$| (?:please|now|right now|asap|thanks|thank|or|i|im|its|this is|before (?:i|we)|already|ok"
    "|and (?:stop|dont|never|lose"
    "|delete|take|remove|leave|do)|as i|because|we|so i|since|not interested|wrong|sir|again|stop|anymore"
    "|any more|all"
    "|ever|period|forever|por favor|gracias|ya|nor|there is|who is|fuck|leave me|dont|go away|take me|yo|no"
    "|bro|bitch|assholes?|idiots?|morons?|jackass|dude|man|maam|you|else|until i|further|whatsoever|in any"
    "|for any|under any|in the future|going forward|at all|at any time|in future|\\d+ times|multiple times"
    "|twice|several times|many times|de nuevo|cabron\\w*|pendej\\w*|idiotas?|estupid\\w*|hijos|amigos?|senor\\w*"
    "|porque|ni|gente|los voy|o los|nunca|jamas|ok|ahora|otra vez"
    f"|(?:you )?{one_of(ABUSE)})\\b)"
)
# The same after a word for texts: who sends them, and what about, may follow too.
_THEN_OF_TEXTS = (
    _THEN[: -len(")\\b)")] + "|from (?:you|your|this|any|all|these|political|politicians"
    "|campaigns|anyone|the (?:dnc|gop|democrats|republicans|campaign|party))|about|regarding|concerning|to me"
    "|to this|on this|on my|at this|on here|via)\\b)"
)
_ABOUT_TEXTS = one_of("""
    these, those, the, this, that, your, anymore, all, any, more, such, of, other, me, us, out, further, with
    my, a, none, no
    annoying, political, politics, campaign, spam, junk, election, fundraising, donation, dumb, idiotic, random, crazy
    nonstop
    group, mass, automated, marketing, kind, type, sort, additional, future, types, kinds, sorts, damned, bullshit
    republican, democrat, democratic, trump, bs, unsolicited, sus, estos, los, mas
""")

PARTS = {
    "then": _THEN,
    "then_of_texts": _THEN_OF_TEXTS,
    "me": "(?:me|us|(?:my|our|this) (?>(?:cell|phone|mobile|home|work|business|contact|telephone|personal) )*"
    f"(?:{_PHONE}|info|name|contact|information|data)(?: (?:and|or) (?:my )?(?:{_PHONE}|info|name))?)",
    "quit": one_of(
        "stop, quit, cease, halt, end, discontinue, refrain from, stop with, quit with, knock off,"
        " cease from, stop it with, knock it off with, stop w, quit it with"
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
        "stuff, this, these, anything, shit, crap, garbage, nonsense, propaganda, things, trash, bullshit,"
        " bs, ads, links"
        ", requests, surveys, donation requests, solicitations"
    ),
    "off_list": "(?:(?:from|off of|off|of) (?>(?:your|this|the|that|all|any|these|every|such|future|further"
    "|whatever|anymore|"
    "political|campaign|dnc|gop|contact|calling|call|text|texting|messaging|message|mailing|marketing|spam"
    "|sms|phone|and|or"
    "|distribution|contacts|group|democrat|democratic|republican|trump|donor|donation|fundraising|voter"
    "|automated|list|other"
    "|recipient|solicitation|more|of|damned|bullshit|whole|entire|data) )*(?:list|database|databases|system"
    "|systems|records"
    "|files|texts|text|messages|messaging|contacts|rolodex|campaign|campaigns|communications|thread|chat"
    "|group|distribution"
    "|mailings|solicitations|numbers|mailing|base|spam|phone|texting)(?!\\w| (?:bank|banks|banking"
    "|tree)\\b)|out of (?:your|this|the) (?:list"
    "|database|system"
    "|records|contacts|phone|group|chat|thread)|(?:from|of) (?:receiving|getting) (?:\\w+ ){0,3}?(?:texts"
    "|messages|text|these"
    "|this|communications)(?!\\w)|(?:from|off of|off) (?:this|everything|here|it|all|your shit|this shit"
    "|this crap|this thing)"
    f"{_THEN})",
    "remove": one_of(
        "remove, delete, erase, drop, scrub, purge, strike, scratch, pull, unlist, exclude, removing, omit"
    ),
    "removed": one_of("removed, taken off, taken, deleted, unsubscribed, opted out, dropped, excluded, off"),
    "adverb": "(?>(?:would|do|also|still|now|have|already|am|all|actually|specifically|hereby) )*",
    # Spanish: usted, ustedes, tu and vos.
    "contacte": "(?:escriba(?:s|n|is)?|mande[sn]?|envie[sn]?|text(?:ee|e|ie|i)[sn]?|text|hable[sn]?"
    "|moleste[sn]?|contacte[sn]?"
    "|fastidie[sn]?"
    "|chingue[sn]?|joda[sn]?|acose[sn]?|mensajee[sn]?|busque[sn]?|este[sn]? (?:escribiendo|mandando|enviando"
    "|texteando"
    "|molestando|chingando|jodiendo)|siga[sn]? (?:escribiendo|mandando|enviando|texteando|molestando))",
    "contactarme": "(?:(?:escribir|mandar|enviar|textear|molestar|contactar|fastidiar|chingar|joder|acosar"
    "|mensajear"
    "|estar (?:escribiendo|mandando|enviando|molestando|texteando))(?:me|nos)?)",
    "mensajes": one_of(
        "mensajes, mensaje, textos, texto, sms, texts, messages, spam, mensajes politicos,"
        " publicidad, propaganda"
    ),
    "lista": "(?:de (?:la|su|esta|tu|sus|las|esa|todas las|todas sus) (?:lista|listas|base de datos|agenda"
    "|contactos|registros)"
    "|de (?:sus|los|tus) (?:contactos|mensajes|registros)|de (?:su|la) (?:base de datos|sistema|agenda"
    "|lista de contactos)"
    "|del sistema|del grupo|de aqui)",
    "quiteme": "(?:quit(?:e|a|en|es)(?:me|nos)|sa(?:qu|c)(?:e|a|en)(?:me|nos)|borr(?:e|a|en)(?:me|nos)"
    "|elimin(?:e|a|en)(?:me|nos)"
    "|rem(?:ue|o)(?:v|b)(?:a|e|an)me|desuscrib(?:a|e|an)me|desinscrib(?:a|e|an)me|den?me de baja|dame de baja"
    "|tache(?:n)?me"
    "|suprim(?:a|e|an)me|saqen?me|kiten?me|retir(?:e|a|en)me|descarten?me|exclu(?:ya|yan)me)",
    "mi_numero": "(?:mi|este|nuestro) (?:numero|telefono|celular|cel|nombre|contacto|tel|informacion)"
    "(?: de (?:telefono|celular|cel))?",
}

# Commands to us. The rest of their sentence may say anything but what LIMITS holds.
COMMANDS = (
    "{quit} {these}{texting} (?:all of |the both of )?{me}",
    "{quit} (?:texting|messaging|spamming|contacting|harassing){then}",
    "{quit} (?:hitting|blowing) {me} up",
    "{quit} {these}(?:texting|messaging|sending|writing) (?:\\w+ ){{0,4}}?to {me}{then}",
    "{quit} (?:sending|giving) {me} {these}(?:(?:\\w+ and )?{texts}{then_of_texts}|{stuff}"
    "|\\w+ {texts}{then_of_texts}|links|requests|{then})",
    "{quit} sending {these}{texts}{then_of_texts}",
    "{quit} (?:the|these|your|all|all the|all these) {these}(?:texts|text|messages|sms|spam){then_of_texts}",
    "{quit} {these}(?:communicating|communication|communications|contact|correspondence)(?: (?:with"
    "|to) {me})?{then}",
    "(?:i want|want|make|i need) (?:these|the|this|your) {these}{texts} (?:to )?stop{then}",
    "(?:these|your) {these}(?:texts|messages) (?:need to|have to|must|better|should) (?:stop|end|cease)",
    "enough (?:with|of) (?:the|these|your|this) {these}{texts}",
    "(?:dont|never|no longer|not to|to not) (?:you )?(?:dare )?(?:again )?{contact} {me}(?:{then}"
    "|(?= (?:about(?! (?:it|that|the"
    ")\\b)|via|by|through|from (?:this|your|any)|(?:at|on) this|for (?:money|donations|votes|any|political"
    "|anything|support)"
    "|with (?:this|these|your|political|any more)|(?:your|any|these|more) (?:crap|bullshit|texts|spam"
    "|shit))\\b))",
    "(?:dont|never|no longer|not to|to not) (?:you )?(?:dare )?send {me} {these}(?:{texts}{then_of_texts}"
    "|{stuff}{then})",
    "(?:dont|never) send {these}{texts}{then_of_texts}",
    "^no send (?:me |us )?(?:more|any|mas) {these}{texts}{then_of_texts}",
    "(?<=number )(?:and |so |please )?(?:delete|lose|erase|remove|forget) it{then}",
    "(?:dont|never) (?:use|text|contact|message) (?:this|my) (?:number|phone|cell){then}",
    "(?:can|could|will|would) (?:you|all|you guys) (?:please )?not {contact} {me}{then}",
    "(?:do|would) you mind (?:(?:taking|getting) {me} {off_list}|(?:removing|deleting) {me}(?: {off_list}|{then})"
    "|(?:not|stopping) {texting} {me})",
    "(?:dont|never) (?:hit|blow) {me} up",
    "(?:dont|never) include {me} (?:in|on) (?:your|this|these|any|future)",
    "(?:take|get|keep|leave) {me} {off_list}",
    "(?:take|get) {me} off(?: of)?{then}",
    "(?:get|stay) (?:off|out of) my (?:phone|inbox|messages|cell)",
    "{remove} (?:all )?{me}(?: {off_list}|{then})",
    "(?:remove|delete|erase) {me}(?! (?:from|as|off|of|out|in|on|at|with|for|to|a|the|back|now that|once)\\b)",
    "^removed me{then}",
    "(?:remove|take|delete) (?:it|this|this one|both) (?:from|off)(?: of)? (?:your"
    "|all your) (?:\\w+ )?(?:list|database|system)",
    "(?:can|could|may) (?:i|we) (?:please )?(?:be|get) (?:{removed}(?: {off_list}|{then})|taken {off_list})",
    "have {me} (?:removed|taken off|deleted)",
    "unsubscribe {me}(?: {off_list}|{then}| (?:to|for) )",
    "unsubscribe please",
    "opt out {me}{then}",
    "opt {me} out(?: {off_list}|{then}| of (?:any|all|your|these|this|future|the)\\b)",
    "(?:lose|forget|delete|erase|ditch) (?:my|this) (?:phone |cell )?(?:number|contact){then}",
    "(?:leave|let) (?:me|us|my phone) (?:be|alone|in peace){then}",
    "(?:put|add|place) {me} (?:to|on|in) (?:your |the |a )?(?:do not|dont|no|dnc) ?(?:call|text|contact"
    "|message|list)",
    "never (?:text|contact|message) again",
    "you (?:may not|cant|are not allowed to|dont have (?:my )?permission to"
    "|have no permission to) {contact} {me}",
    "(?:block|blacklist|unenroll|unlist|get rid of) {me}{then}",
    "mark {me} (?:as )?(?:a )?(?:dont|no) (?:call|text|contact)",
    "(?:second|third|fourth|fifth|sixth|last|final|nth|\\d+\\w*) time (?:\\w+ ){{0,4}}?(?:stop|unsubscribe"
    "|be removed|remove me)$",
    "(?:remove|delete) {mi_numero}(?: {lista}|{then})",
    "no (?:me )?llamen? (?:ni|o|y) (?:me )?{contacte}",
    "deje?n? (?:a )?{mi_numero} en paz",
    "no (?:me )?(?:jodan?|chinguen?|molesten?|fastidien?)(?: mas)? con (?>(?:sus|los|estos|tantos|mas) )*{mensajes}",
    "(?:les|le|te) (?:dije|pedi|he dicho|he pedido) (?:\\w+ )?que (?:ya )?(?:no me {contacte}|me (?:quit"
    "|borr|saqu|elimin)\\w+)",
    "no (?:tienen?|les doy|le doy|doy) (?:mi )?(?:permiso|consentimiento|autorizacion) (?:de|para"
    "|a) (?:que me {contacte}"
    "|{contactarme}|recibir {mensajes})",
    "(?:pon|ponga|pongan)me en la lista de no (?:llamar|contactar|molestar|mandar|enviar)",
    "(?:olvidense de|olvidese de|olvidate de|pierda|pierdan|pierde) {mi_numero}{then}",
    "(?:quit|borr|elimin|saqu)(?:e|en|a)l[oa] de (?:su|tu|sus) (?:lista|sistema|base|agenda|contactos|registros)",
    "(?:par|baj|dej)(?:en|e|a)le(?:n|s)? (?:ya )?(?:a|con|de) (?>(?:los|sus|estos|tantos) )*{mensajes}",
    "(?:quiero |deseo )?cancel(?:ar|e|en) (?:los|estos|mis|sus) mensajes",
    "cease and desist",
    "(?:what|which) part of (?:stop|no|unsubscribe|leave me alone|remove me|dont text)",
    "how many (?:more )?times (?:\\w+ ){{1,9}}?(?:stop|unsubscribe|remove me|opt out)$",
    "{quiteme}(?> ya| por favor)*(?: {lista}|{then})",
    "(?:quit|saqu|sac|borr|elimin|olvid|retir)(?:e|a|en|ar) {mi_numero}(?: {lista}|{then})",
    "(?:remueva|remuevan|remueve|remover) {mi_numero}(?: {lista}|{then})",
    "(?:deje?[ns]?|paren?|detenga(?:n|se|nse)) (?:ya )?de (?:chingar|joder|molestar|fastidiar|mandar|enviar|escribir"
    "|estar (?:mandando|enviando|chingando|jodiendo|molestando))(?: con)? (?>(?:mas|sus|los|estos"
    "|tantos) )*{mensajes}",
    "(?:no|nunca|jamas) (?:me|nos|le|les) {contacte}(?: (?:mas|nada|ya|a mi|a este|otra vez|de nuevo|nunca|por este"
    "|numero|telefono|celular))*"
    "(?:{then}| (?:mas )?(?:\\w+ )?{mensajes}|$)",
    "(?:no|nunca|jamas) (?:mande[sn]?|envie[sn]?|escriba[sn]?) (?:mas|nada|{mensajes}|ya)",
    "(?:no|nunca|jamas) (?:me |nos )?vuelva[sn]? a {contactarme}",
    "no (?:este|esten|sigan|siga|sigas) (?:mandando|enviando|escribiendo|texteando|molestando)(?:me|nos)?(?:$"
    "| {mensajes})",
    "(?:deje|deja|dejen|dejad|dejes|pare|para|paren|cese|cesen|basta|stop|ya|detenga(?:n|se|nse)"
    "|abstenga(?:n|se|nse)|eviten?) (?:ya )?(?:de |con )?(?:estar )?"
    "(?:escrib|mand|envi|text|molest|contact|fastidi|ching|jod|acos|mensaje)\\w*(?:me|nos)",
    "(?:deje|deja|dejen|dejad|pare|paren|stop) (?:ya )?(?:de )?(?:\\w+ y |estar )?(?:mandando|enviando|mandar"
    "|enviar|con|con los|los|con sus) (?:tantos )?{mensajes}",
    "(?:me|nos) deje[ns]? (?:en paz|tranquil[oa]s?)",
    "deje?n?(?:a|e|en|ad)?(?:me|nos) (?:en paz|tranquil[oa]s?|de (?:molestar|escribir|mandar|enviar|textear))",
    "(?:quiero|quisiera|deseo|me gustaria|favor de|necesito|solicito|pido|queremos|podria|podrian|(?<!se )puede"
    "|pueden)(?: que me| me| ser)?"
    " (?:(?:darme|me den?|den?|dar) de baja(?=$| (?:mi (?:numero|telefono)|de|por|gracias|ya)\\b)"
    "|{quiteme}(?: {lista}|{then})"
    "|(?:quit|sac|elimin|borr)(?:ar|ad)\\w{{0,2}} {lista}|(?:quit|saqu|borr|elimin)(?:e|en"
    ") {lista}|(?:quit|borr|elimin|remov)(?:ar|er) {mi_numero}(?: {lista}|{then})|cancelar (?:mi|la"
    "|esta) sus?b?scripcion"
    "|desuscribirme|salir(?:me)? {lista}"
    "|(?:dejar de|no|parar de) recibir(?:(?> (?:mas|sus|los|estos|esos|tantos))* (?:{mensajes}|esto|estos"
    "|nada)|{then})"
    "|cancelar estos mensajes|(?:quitar|borrar|eliminar|sacar)me{then})",
    "favor (?:de )?no (?:mandar|enviar|escribir|textear|molestar|contactar)(?:me)?",
    "cancel(?:e|a|ar|en) (?:mi|la|esta) sus?b?scripcion",
    "(?:quiero )?darme de baja(?! (?:al|del|en|como)\\b)",
)

# Wishes of the writer's own, with their subject.
_I_WANT = (
    "(?:(?:i|we) {adverb}|^(?:please )?)(?:want|wish|like|prefer|need|choose|would like|request|asked"
    "|demand|elect)(?: you| \\w+ times)? to "
)
_I_DO_NOT = "(?:(?:i|we) (?:really |do |just |also )?)?(?:dont|no longer|never) "
WISHES = (
    _I_WANT + "(?:(?:opt out|optout|unsubscribe)(?: {off_list}| of (?:your|these|this|the|all|any) |{then})"
    "|be (?:{removed}(?: {off_list}|{then})|taken {off_list})"
    "|be left alone|be on your do not|(?:stop|quit) (?:receiving|getting) {these}(?:{texts}|{stuff})"
    "|cancel (?:these|the|your|my) "
    "(?:texts|subscription))",
    "(?:(?:i|we) )?(?:want|need) (?:out|off)(?: of)? (?:of )?(?:this|your|the|these) (?:\\w+ )?(?:list|texts"
    "|messages)",
    "(?:(?:i|we) {adverb}(?:opt|opted)|(?:im|we are) opting|consider me opted) out(?: {off_list}| of (?:your"
    "|these|this|all) |{then})",
    "(?:consider )?this (?:is|as)? ?my (?:opt out|request to be removed|formal request|official request"
    "|notice to stop)",
    "(?:i )?(?:dont|no longer) want to be (?:a )?(?:part of|in|on) (?:this|your)(?: \\w+)?(?: list| group"
    "| chat| thread| texts)?{then}",
    "(?:im )?(?:not|no longer) interested in (?:receiving |getting )?{these}{texts}",
    "(?:my|this|our) (?:phone |cell )?(?:number|name|phone) (?:needs to|should|must"
    "|has to) be {removed}(?: {off_list}|{then})",
    "(?:(?:i )?(?:have )?already|i have) unsubscribed(?=$| (?:\\d+|\\w+ times|already|twice|multiple"
    "|from (?:this|your|these))\\b)",
    "no deseo ser contactad[oa]|no (?:me )?(?:interesan|autorizo) (?>(?:sus|estos|los|mas) )*{mensajes}"
    "|no autorizo que (?:me|nos) {contacte}",
    "no quiero (?:mas )?nada de ustedes",
    "(?:request(?:ing)?|i request) (?:removal|to be removed)",
    "(?:(?:i|we) (?:would )?)?appreciate (?:being|to be|getting|if i (?:was|were"
    "|am)) {removed}(?: {off_list}|{then})",
    "(?:see|sure|ensure|confirm)(?: that)? (?:im|i am|i get|we are|my (?:number"
    "|name) is) (?:{removed}(?: {off_list}|{then})|{off_list})",
    "(?:see|sure|ensure)(?: that)? i (?:dont|no longer|never) (?:get|receive) {these}{texts}{then_of_texts}",
    _I_DO_NOT + "(?:want|wish|like|care|need)(?: to)? (?:receive|get|be getting|keep getting|keep receiving"
    "|continue receiving|getting"
    "|receiving|continue to receive) {these}(?:\\w+ )?(?:{texts}{then_of_texts}|from you|{stuff}{then}"
    "|them{then})",
    _I_DO_NOT + "(?:(?:want|wish|like) |need (?:these|your) ){these}(?:\\w+ )?{texts}{then_of_texts}",
    _I_DO_NOT + "(?:want|wish|like|need) (?:you|you all|you people|you guys|anyone|anybody) (?:texting"
    "|messaging|contacting|bothering"
    "|to text|to message|to contact|to bother|sending) {me}",
    _I_DO_NOT + "(?:want|wish|like|care|need) to (?:be (?:texted|contacted|messaged|bothered|solicited"
    "|harassed|spammed|on (?:this|your|the"
    "|any) (?:\\w+ )?list)(?:{then}|(?= (?:by|about|via|from|on|for|with (?:this|these|your|any more"
    "|texts))\\b))|hear from (?:you|any of you|your (?:campaign|party|people|group)|this (?:campaign|number"
    "|group)|anyone))",
    "(?:(?:i|it) would (?:be )?)?(?:(?:so|very|greatly|much|really|most) )*(?:appreciate|like|love|great|nice"
    "|thankful|grateful|glad)(?: it)? if you "
    "(?:all |guys |people |could |would )*(?:stop(?:ped)?|quit|remov(?:ed?)|took|take|didnt|wouldnt|dont"
    "|not) (?:text\\w*|send\\w*|contact\\w*"
    "|messag\\w*|me|my)",
    "(?:(?:i|we) )?(?:would |do )?(?:prefer|rather) (?:to )?not (?:to )?(?:receive|get"
    "|be) {these}(?:\\w+ )?(?:{texts}|texted|contacted|messaged)",
    "(?:(?:i|we) )?(?:dont|no longer) (?:consent|agree|give (?:you )?(?:my )?(?:permission|consent)) (?:to"
    "|for) (?:\\w+ ){{0,3}}?(?:{texts}|text me|contact)",
    "(?:no|zero) (?:more|mas|further|additional) {these}(?:\\w+ )?(?:{texts}{then_of_texts}|contact{then}"
    "|communications?{then}|of these|of this$)",
    "(?:i|we) {adverb}(?:revoke|withdraw) (?>(?:my|any|all|prior|previous) )*(?:consent|permission)",
    "no (?:quiero|deseo|queremos|me interesa)(?: mas| ya| volver a)? (?:recibir (?:(?:mas|estos|sus|los"
    "|ningun|ninguno de sus|tantos|nada) )*(?:{mensajes}|de ustedes|esto|estos|nada|$)|{mensajes}"
    "|sus {mensajes}|estos {mensajes}|saber (?:mas )?de ustedes)"
    "(?! (?:mi|la|una|el|dinero)\\b)",
    "no quiero (?:estar|seguir) (?:en (?:la|su|esta) lista|recibiendo)",
    "no (?:quiero|deseo) que (?:me|nos) {contacte}",
    "no mas (?:de )?(?:sus |estos |esos )?{mensajes}",
    "(?:basta|alto|ya estuvo|suficiente)(?: ya)? (?:de|a|con) (?>(?:los|sus|estos|tantos|tanto) )*{mensajes}",
)

# They say that they have said so.
_IN_EARNEST = (
    "(?!(?:never|not|didnt|dont|havent|hadnt|cant|cannot|wont|wouldnt|no|almost|should|shouldve|could|would|might|may"
    "|can|ill|will|wish|wanted|he|she|they|it|who|nobody|if|when|before|until|didn|meant|thought)\\b)"
)
REMINDERS = (
    f"(?:i|we|already) (?:{_IN_EARNEST}\\w+ ){{{{0,3}}}}?"
    "(?:said|say|told you|texted|typed|replied|responded|wrote|sent"
    "|asked you|asked|requested|answered|put"
    "|told you people|told you guys|keep saying|keep replying|keep typing|keep sending) (?>(?:back|with|you"
    "|to|the word|please|all|guys) )*"
    "(?:stop|unsubscribe|opt out|no more)(?=$| (?:\\w+ times|\\d+|twice|so|but|already|multiple|many|please"
    "|before|yesterday|last|weeks|days"
    "|months|texting|sending|like \\w+ times|a (?:while|few|couple|million|hundred|dozen)|why|stop|now"
    "|and (?:you|yet|still|it|im|i))\\b)",
    "(?:i|we) {adverb}(?:asked|requested|told you|told yall|begged|emailed|called)(?: you"
    "| \\w+ times)* (?:to be |being )"
    "{removed}(?:{then}|(?= (?:last|yesterday|weeks|months|days|before|long|ages|like|a|earlier"
    "|this morning|in \\w+$)\\b)"
    "(?! last (?:event|meeting|ballot)))",
)

# Complete only as their whole clause, courtesy aside.
SHORT_COMMANDS = (
    "{quit} {texting}(?> (?:these|this|the|texts|text|messages|message|already|people|everyone|anymore|all|so"
    "|it|and calling|me|your"
    "|political|spam|to|stuff|crap|shit|here|us))*",
    "{quit} (?:with|sending)(?> (?:these|this|the|texts|text|messages|message|all|it|me|your|political|spam"
    "|to|stuff|crap|shit))*",
    "{quit} {these}(?:\\w+ )?(?:{texts}|communication|communications)",
    "(?:dont|never) (?:text|message|contact|bother me|bother us|bother again)(?> (?:again|anymore|any more"
    "|here|or call|no more|me))*",
    "(?:dont|never) send (?:me )?(?:any|anything|nothing|another)(?: else| more| thing| one)*",
    "no more(?: of this| of these| of that)?|(?:dont|no) send (?:anymore|any more|more)",
    "no (?:political |campaign |spam )?(?:texts|text|messages|contact|texting|spam|sms)(?> (?:again|anymore"
    "|any more|here))*",
    "{remove} {off_list}",
    "(?:take|get) {off_list}",
    "(?:remove|delete|erase) (?:my|this|the)? ?(?:number|contact|me|info)(?: {off_list})?",
    "(?:off|out of|off of) (?:your |this |the )?(?:list|database)",
    "remove (?:from all|name|list|subscription)",
    "(?:cancel|end) (?:(?:all|these|the|your|my) )?(?:texts|messages|text|texting|subscription"
    "|my subscription|messaging|sms|notifications|alerts|service|services)",
    "(?:stop|quit) (?:it|this|that)",
    "unsubscribe (?:from|to|for) {these}(?:list|lists|{texts}|updates|all|everything|this|campaign)",
    "opt out (?:of|from) {these}(?:list|lists|{texts}|updates|all|everything|this|campaign)",
    "(?:opting|opted) out",
    "opt out request|revoke (?:my )?consent|(?:take|get) off (?:my|this) (?:number|name|phone)",
    "consent (?:revoked|withdrawn)|(?:cease|desist|discontinue|unenroll)(?: please)?|enough {these}{texts}"
    "|stop means stop",
    "no (?:enviar|mandar|escribir|contactar|textear|molestar)me(?: (?:mas|{mensajes}))*"
    "|no llamen? ni escriban?|ya no (?:manden?|escriban?|envien?)",
    "(?:quitar|sacar|eliminar|borrar|remover) {lista}|(?:borrar|eliminar|quitar|remover) numero"
    "|dar de baja {mi_numero}",
    "(?:me )?doy de baja|darse de baja|quiero baja|detenga[n]? (?:los|estos|sus) {mensajes}",
    "(?:deje[ns]?|deja|paren?|para) de (?:estar )?(?:molest|fastidi|ching|jod|escrib|text)(?:ar|er|ir|ear"
    "|iendo|ando|eando)(?: mas)?",
    "(?:removal|removal request|request removal)",
    "unsubscribe (?:this number|my number|phone|number|contact)",
    "(?:dejen|deje|deja|pare|paren|para|parale|parenle|detengan|termine|terminen|cancele|cancelen|elimine"
    "|eliminen|borre|borren|quite|quiten"
    "|cesen) (?:ya|por favor|los mensajes|estos mensajes|sus mensajes|los textos|de una vez|porfavor|con eso"
    "|con esto)",
    "(?:ya )?no (?:me )?fastidie[ns]?(?: mas)?|(?:ya )?(?:paren|pare|parale|parenle|paralen|detengan"
    "|detenganse|detengase|detente|cancelen|cancele"
    "|eliminen|dejen ya|no manden"
    "|no escriban|no escriba|no mande|no envie|no envien|no texteen|no textee|no molest(?:en|e|es|ar)"
    "|no me molest(?:en|e|es)|no contactar"
    "|no enviar|no mandar|no escribir)(?: mas)?",
    "(?:solicito|pido|quiero) (?:la|mi) baja|ya no mas|desuscribirme|desuscribirse|desuscripcion"
    "|(?:cancelar|anular|terminar) (?:la |mi )?sus?b?scripcion|cancelar mensajes|eliminar (?:mi )?numero"
    "|quitar (?:mi )?numero|sin mensajes"
    "|no mensajes|no textos?|no quiero(?: mas)? {mensajes}",
    "deje[ns]? de (?:molestar|fastidiar|chingar|joder|escribir|textear)",
    "(?:quiero )?des(?:in|u)?s?(?:cribir|cribe|criba|criban)(?:me|se)?|desinscripcion",
    "(?:suspend(?:er|an|a|e)|deten(?:er|gan|ga)|par(?:ar|en|e)|termin(?:ar|en|e)|deje?[ns]?)"
    "(?> (?:ya|de|con|los|estos|sus|estos|mas|todos))* {mensajes}",
)
