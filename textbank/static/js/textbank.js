// Every behavior of the pages. Each listens on the document, so what htmx brings in needs no starting up.
import "./behaviours/choose.js";
import "./behaviours/composer.js";
import "./behaviours/copy.js";
import "./behaviours/deck.js";
import "./behaviours/dialog.js";
import "./behaviours/errors.js";
import "./behaviours/fill.js";
import "./behaviours/insert.js";
import "./behaviours/keep_focus.js";
import "./behaviours/local_time.js";
import "./behaviours/menu.js";
import "./behaviours/poll.js";
import "./behaviours/shortcuts.js";
import "./behaviours/submit_once.js";
import "./behaviours/swipe.js";
import "./behaviours/tabs.js";
import "./behaviours/toast.js";
