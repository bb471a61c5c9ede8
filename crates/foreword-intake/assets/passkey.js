// Passkeys: the browser is asked for one, and what it hands over goes the way of every form.
"use strict";
const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
const coded = (buffer) =>
  buffer
    ? btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "")
    : "";

// What the service asks for; or why not, as text.
const wanted = async (form) => {
  const present = form.elements.namedItem("present");
  const how = present ? { method: "POST", body: new URLSearchParams({ present: present.value }) } : {};
  const reply = await fetch(form.dataset.wanted, how);
  if (!reply.ok) throw new Error(reply.headers.get("content-type").startsWith("text/plain") ? await reply.text() : "");
  return reply.json();
};

const made = async (asked, form) => {
  const key = (id) => ({ type: "public-key", id: bytes(id) });
  const passkey = await navigator.credentials.create({
    publicKey: {
      challenge: bytes(asked.challenge),
      rp: { id: asked.rp, name: form.dataset.clinic },
      user: { id: bytes(asked.user.id), name: asked.user.login, displayName: asked.user.name },
      pubKeyCredParams: asked.user.algorithms.map((alg) => ({ type: "public-key", alg })),
      excludeCredentials: asked.user.has.map(key),
      authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
      attestation: "none",
      timeout: asked.timeout,
    },
  });
  return { id: passkey.id, client: coded(passkey.response.clientDataJSON), authenticator: coded(passkey.response.attestationObject) };
};

const used = async (asked) => {
  const passkey = await navigator.credentials.get({
    publicKey: { challenge: bytes(asked.challenge), rpId: asked.rp, userVerification: "required", timeout: asked.timeout },
  });
  const { clientDataJSON, authenticatorData, signature, userHandle } = passkey.response;
  return {
    id: passkey.id,
    client: coded(clientDataJSON),
    authenticator: coded(authenticatorData),
    signature: coded(signature),
    user: coded(userHandle),
  };
};

for (const form of document.querySelectorAll("form.passkey")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  const without = document.getElementById("no-passkeys");
  if (without) without.hidden = true;
  const trouble = form.querySelector(".trouble");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    trouble.hidden = true;
    try {
      const asked = await wanted(form);
      const handed = asked.user ? await made(asked, form) : await used(asked);
      for (const [name, value] of Object.entries(handed)) form.elements.namedItem(name).value = value;
      const present = form.elements.namedItem("present");
      if (present) present.disabled = true;
      form.submit();
    } catch (error) {
      // What browsers say of it differs, and is for developers.
      trouble.textContent = error.constructor === Error && error.message ? error.message : form.dataset.trouble;
      trouble.hidden = false;
    }
  });
}
