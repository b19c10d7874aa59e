// The token of the address that the server printed goes into the form, and out of the address and the history.
function logIn() {
  const token = location.hash.slice(1);
  const form = document.getElementById("login");
  if (token && form) {
    history.replaceState(null, "", location.pathname + location.search);
    form.elements.token.value = token;
    form.submit();
  }
}
addEventListener("hashchange", logIn);
logIn();
