// A form that came back with something still needed: the page opens there, not at its top.

document.querySelector(".error-summary, [aria-invalid=true]")?.focus();
