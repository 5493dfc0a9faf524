"""How people say that the phone is not whose we think it is, in English and Spanish. Tables only.

Words are as `folding.py` leaves them; `{name}` is any of `NAMES`.
"""

from __future__ import annotations

from textbank.texting.wording import listed

# The commonest given names of US adults (Social Security Administration, births 1940 to 2005) and of those among them
# who speak Spanish, without names that are words as well (Will, Mark, Grace, Hope, Christian). "This isn't Maria" is
# about a person, "this isn't funny" is not.
NAMES = """
    james john robert michael william david richard joseph thomas charles christopher daniel matthew anthony
    donald steven paul andrew joshua kenneth kevin brian george edward ronald timothy jason jeffrey ryan jacob
    gary nicholas eric jonathan stephen larry justin scott brandon benjamin samuel gregory alexander patrick
    raymond jack dennis jerry tyler aaron jose adam nathan henry douglas zachary peter kyle ethan walter noah
    jeremy keith roger terry austin sean gerald carl dylan harold jordan jesse bryan lawrence arthur gabriel
    bruce logan billy joe alan juan elijah willie albert wayne randy vincent mason roy ralph bobby russell
    philip eugene louis johnny luis carlos miguel jorge pedro manuel antonio francisco jesus mary patricia
    jennifer linda elizabeth barbara susan jessica sarah karen lisa nancy betty sandra margaret ashley
    kimberly emily donna michelle carol amanda melissa deborah stephanie rebecca sharon laura cynthia dorothy
    amy kathleen angela shirley emma brenda pamela nicole anna samantha katherine christine helen debra rachel
    carolyn janet maria catherine heather diane olivia julie victoria joyce lauren kelly christina ruth joan
    virginia judith evelyn hannah andrea megan cheryl jacqueline madison teresa abigail sophia martha sara
    gloria janice kathryn ann isabella judy julia denise theresa beverly danielle marilyn charlotte natalie
    diana brittany kayla alexis lori carmen rosa ana guadalupe juana luz elena lucia rosario alma norma
    yolanda silvia leticia bob mike dave tom jim steve chris dan matt tony ken tim jeff greg sam alex ben
    kathy debbie sue kim liz jen pam cindy becky mrs mr ms tamika jamal tyrone keisha latoya darnell marcus
    andre terrence crystal tiffany amber veronica monica vanessa erica jake shawna roberto fernando ricardo
    eduardo alberto javier sergio hector raul arturo alejandro mario ramon enrique gerardo armando oscar ruben
    victor julio cesar alfredo ernesto felipe pablo rafael guillermo salvador beatriz adriana claudia
    margarita josefina irma luisa isabel daniela gabriela mariana paola lorena marisol marta sofia camila
    valentina ignacio gustavo rodrigo esteban andres josh nick zach doug phil fred ron leo eli ava mia chloe
    zoe lily peggy sally nina tina gina rita anita tanya tonya darlene wanda rhonda sheila connie bonnie jill
    beth leslie holly tara dana stacy tracy kristen erin allison shannon jasmine brianna shaniqua deshawn
    malik jayden aiden caleb mateo santiago diego maribel lupita chelo xiomara yesenia rocio araceli marisela
    maricela edith elvira esther raquel noemi miriam graciela lidia nora olga susana yvette magdalena catalina
    cristina carolina angelica fabiola karla karina liliana maricruz natalia rebeca renata selena tatiana
    viviana yadira zulema abel adan adolfo adrian agustin alvaro benito bernardo brayan cristian cristobal
    damian edgar efrain elias emilio fabian federico fidel gilberto gonzalo horacio hugo ismael ivan jaime
    jeronimo joaquin joel josue julian leonardo leonel lorenzo marcos mauricio moises nestor nicolas noe
    octavio omar orlando osvaldo pancho rafa ramiro rene reynaldo rigoberto rogelio saul simon tomas ulises
    wilfredo wilmer yamil ethel gladys edna doris lois marjorie phyllis geraldine
""".split()  # noqa: SIM905 - a list of so many is longer than the line
# A person as well, whatever their name.
TITLED = "(?:the |la |el |a |de |del )?(?:mr|mrs|ms|miss|dr|sra?|senora?|srta|dona) \\w+"
COURTESY = listed("""
    sorry, im sorry, i think, im afraid, but, unfortunately, dude, my friend, friend, buddy, no, nope, this is
    and
    lo siento, disculpe, disculpa, perdon, perdone, creo, pero, es, amigo, senor, senora, joven, yo, aqui
    tiene, tienes
    anymore, my bad, good luck, best of luck, though, hun, hon, sweetie, dear, love, bud, boss, mijo, mija, jaja
    jajaja
    joven, oiga, fijese, hey, hello, hi, hola, also, btw, wey, guey, lol, um, uh, saludos
""")
# Each complete as a clause, courtesy aside. `{name}` is any of NAMES.
PHRASES = (
    "(?>(?:you (?:must )?(?:have got|have reached|have|got|are texting|are contacting|texted|reached|dialed"
    "|contacted|messaged|are|called)|i think|i believe|looks like|this is|its|it is|i guess|got|have|texting"
    "|texted|the) )*(?:wrong|incorrect) (?:(?:number|person|phone|phone number|cell)(?: (?:but|and|im|i"
    "|this is|please|good|my name|never|not|sorry)\\b.*)?|(?:{name}|guy|girl|lady|man|woman|contact|dude"
    "|recipient|one)(?: (?:im|i am|my name) \\w.*)?)",
    "(?:this|it|that) is (?:not|no longer) (?:the )?(?:right|correct) (?:number|person|phone)(?: anymore)?",
    "(?:(?:this|it|that|you are) is|im|i|you are texting|this)? ?(?:not"
    "|no longer) {name}(?: \\w+)?(?: anymore| any longer)?",
    "(?:(?:this|it|that) is |this )?(?:not|no longer)(?: the)? (?:\\w+ )?{name}s? (?:\\w+ )?(?:number|phone"
    "|cell)(?: anymore)?",
    "(?:this|it|that) is (?:not|no longer) (?:his|her|their|\\w+s) (?:number|phone|cell)(?: anymore)?",
    "(?:there is )?(?:no|not a|no one|nobody|noone)(?: named)? {name}(?: \\w+)?(?: here| at this number"
    "| lives here)?",
    "(?:there is )?(?:no one|nobody|no body|noone|no person)(?: here)?(?> by| with| of| named| has"
    "| goes)* (?:that|this) name(?: here| at this number| lives here)?",
    "(?:i )?(?:dont know|idk) (?:a|any|anyone named|who|anybody named|an|no) {name}(?: \\w+)?(?: is)?",
    "(?:i )?dont know (?:that person|this person|anyone (?:by|with) that name|anybody (?:by|with) that name)",
    "(?!i |we |you |they )(?:\\w+ ){1,3}?(?:doesnt|no longer|hasnt|dont) (?:have|has|had|use|uses|own"
    "|owns) this (?:number|phone|cell)(?: (?:anymore|any|in|for|since)\\b.*)?",
    "my name is \\w+ not \\w+|(?:this is|im) \\w+ not {name}|wrong {name}",
    "(?:i think )?(?:you )?(?:meant|mean|must (?:mean|have meant)) to (?:text|message|reach|contact|send this"
    " to) (?:someone|somebody) else",
    "you have me (?:confused|mixed up) with \\w.*|you are (?:confusing|mistaking) me (?:with|for) \\w.*|(?:me"
    "|nos) (?:confund\\w+|estan? confundiendo) con (?:otr[oa]|alguien)\\b.*",
    "{name}(?: \\w+)? (?:doesnt live here|no longer (?:has|uses|owns|lives)|changed (?:her|his|their) number"
    "|doesnt have|hasnt had|dont live here|doesnt use)(?> this| number| phone| here| anymore| at| any| more"
    "| same)*",
    "(?:my|the) names? (?:is )?not {name}|(?:thats )?not my name|(?:im )?not (?:the|who) (?:person "
    "|one )?(?:you are|you) looking for",
    "(?:i (?:just )?(?:got|have) )?(?:a |this )?new (?:number|phone) (?:this is |im )?not {name}",
    "(?>(?:este|esta|es|tiene|tienen|tienes|creo que|el|al|marco|un|esto|con) )*(?:numero|persona"
    "|telefono) (?:equivocad[oa]|incorrect[oa]|erroneo)",
    "(?:creo que )?(?:se|te) (?:ha |han )?equivoc\\w+ (?:de |con el )?(?:numero|persona|telefono)",
    "(?:creo que )?(?:esta|estan|estas) equivocad[oa]s?(?: de (?:numero|persona))?",
    "equivocad[oa]|wrong numero|numero wrong",
    "(?:tienen?|tienes|marco|marcaron|apuntaron|anotaron) (?:mal|equivocad[oa]|incorrect[oa]) (?:el |mi "
    "|este )?(?:numero|telefono)",
    "no (?:soy|es|esta|vive|hay)(?: ningun[a]?| el numero de| el telefono de)?(?: aqui)? {name}(?: \\w+)?",
    "(?:este|esta) (?:numero |telefono |ya )*no es (?:de |el numero de |el de "
    "|el telefono de )*{name}(?: \\w+)?",
    "no (?:conozco|conosco) a (?:esa |esta |ninguna? |nadie con ese )?(?:persona|nombre|{name})(?: \\w+)?",
    "(?:es[ae] |el |ella |yo )*no soy (?:yo|el|ella|es[ae]|quien \\w+)|(?:es[ae]|el|ella) no es mi nombre"
    "|yo no soy",
    "(?:aqui )?no (?:vive (?:aqui )?ningun[a]? \\w+|(?:hay|esta|conozco"
    "|conozco a) (?:aqui )?ningun[a]? {name})(?: \\w+)?(?: aqui)?",
    "no soy (?:esa|la|esta) persona(?: que busca\\w*)?",
    "no (?:hay|vive) (?:nadie|ninguna persona)(?: aqui)? (?:con|de|que se llame) (?:ese nombre|{name})",
    "{name} (?:ya )?no (?:vive|tiene este (?:numero|telefono)|usa este (?:numero|telefono))(?: aqui| mas"
    "| ahora)*",
    "(?:la persona|el senor|la senora|esa persona|ese senor|esa senora|quien)(?: que \\w+)? ya no (?:vive"
    "|(?:tiene|usa|es) (?:este|ese|el de este) (?:numero|telefono|celular))\\b.*",
    "(?:se|te|creo que se) confund\\w+ de (?:numero|persona)",
    "(?:this|it|that) is not (?:the )?(?:number|phone|cell) (?:for|of) {name}.*|no {name}(?: \\w+)? (?:here"
    "|at this number)\\b.*",
    "no se quien (?:es|sea) (?:{name}(?: \\w+)?|esa persona|ese|esa)",
    "(?:this|the|my) (?:number|phone|cell) (?:doesnt|does no longer|no longer|didnt|never) belong(?:s"
    "|ed)? to (?:\\w+ )?\\w+(?: anymore| any longer)?",
    "(?:este|mi) (?:numero|telefono|celular) (?:ya )?no (?:le )?pertenece a \\w+(?: \\w+)?",
    "(?:ese |este )?no es mi nombre|no me llamo (?:{name}|asi)",
)
HINTS = (
    "(?:numero|persona|telefono) (?:equivocad|incorrect|erron)|(?:texts|messages|calls) for {name}"
    "|^im not (?:him|her)$|(?:number|phone|line) (?:now )?belongs to|debe ser otr[oa]|este numero es nuevo"
    "|me (?:lo )?dieron este numero|cambi(?:o|aron) (?:de|su) numero",
    # Somebody else is named, or the number is somebody else's now.
    "(?<=\\w )(?<!\\bi )(?<!\\bwe )(?<!\\byou )(?:has|got|changed|uses) (?:a |his |her |their )?(?:new|different"
    "|another|other) (?:phone |cell )?(?:number|phone|cell)",
    "(?:number|phone) (?:has been|was|got|is) (?:reassigned|recycled|changed)|not who you (?:want|need|think"
    "|are looking for)|i (?:got|have|now have|inherited) (?:his|her|their|someones"
    "|somebodys) (?:old )?(?:number|phone)|(?:marco|marcaste|marcaron) mal|you are looking for my \\w+"
    "|old number for (?:him|her|them)|this is my (?:number|phone) now|{name}s? (?:is )?not here|gave (?:you"
    "|out|them) my number|(?:last|previous|old|other) (?:guy|person|owner|one|lady|man|woman) (?:who"
    "|that) had|i am not {name}|im not {name} (?:thank|sorry)|no me llamo {name}"
    "|no conozco a ningun[oa]? (?!de\\b|candidat)\\w+|(?:se|te) equivoc\\w+ de (?:numero|persona)|(?:numero"
    "|telefono|celular) era de (?:mi|un|una|otra)\\b|(?:number|phone) (?:was|used to be) (?:my|his|her"
    "|somebody|someone|an?)\\b",
    "looking for (?:whoever|someone|somebody|the person|the (?:last|old|previous) (?:owner|person))",
    "(?:recently|only) (?:got|received|bought|was given) (?:this|a new|my) (?:number|phone)|i got (?:this"
    "|a new) (?:number|phone) (?:last|this|in|on|from|yesterday|today|a|two|three)\\b|(?:have|ive"
    "|i) had this number|(?:had|owned|used) this (?:number|phone) before",
    "(?:soy|es) (?:su|el|la) (?:hij|espos|mam|pap|herman|niet|viud)\\w+ de {name}",
    "(?:acabo de|apenas) (?:obtener|comprar|recibir|sacar|agarrar|cambiar) (?:este|un) (?:numero|telefono)"
    "|(?:este es|es) mi (?:numero|cel|telefono|celular) desde|aqui es un[a]? (?!\\w*(?:problema|placer))\\w+$",
    "(?:you|u) (?:\\w+ ){0,2}?wrong (?:number|person)",
    "^wrong (?:number|person)\\b(?! won)",
    "numero equivocado",
    "^(?:creo que )?(?:se|te) (?:ha |han )?equivoc(?:o|aron|aste|ado)(?: de numero)?$",
    "not (?:his|her|their) (?:number|phone)",
    "(?:dont know who|no longer at|new owner of|not at) (?:that|this) (?:person|is|number)",
    "passed away|deceased|fallecio|murio|is dead$",
    # A name that is not in our list. The endings are those of words that say how somebody is.
    "^(?:this is not|im not|no soy) (?!\\w*(?:ing|ed|ly|able|ible|al|ful|ous|ive|ant|ent|ist|ic|ish|less|an|y"
    "|crata|ado|ada|ano|ana)$)(?!(?:a|an|the|my|it|him|her|me|us|you|here|there|true|fair|right|ok|okay|cool"
    "|good|bad|great|fun|real|over|new|enough|him|them|sure|at|on|in|so|well|home|free|dumb|late|old|white"
    "|black|alone|trump|biden|spam|that|this|what|one|red|blue|in|for|up|down|yet|maga|rich|poor|mexico"
    "|america|de|yo|ella|el)$)\\w+$",
)
# As a question it says the same: "Who's Maria?"
WHO_IS = (
    "who(?: the heck)? (?:is|are) {name}|(?:y )?quien (?:es|sera) {name}|(?:are you "
    "|you are )?looking for {name}|(?:ud |usted |ustedes )?busca(?:n|s)? a {name}"
)
