/* Quick entry: Enter leads through the fields that a record mostly needs, and dates, choices and the preview answer while
   one types. Without this file every form still works: with Tab, the buttons, and a preview in a page of its own. */
"use strict";
(() => {
  const ENTRY = ".entry";
  const entry = () => document.querySelector(ENTRY);
  // Findings above it are answered in forms of their own.
  const form = () => document.querySelector(`${ENTRY} #content-main > form[method="post"]`);
  const $ = window.django && window.django.jQuery;

  /* Choosing: what distinguishes records, drafts at the end of the list. */

  /* The keys that are pressed while an answer is waited for: they are for what comes after it. */
  let held = null;

  const option = (item) => {
    const line = document.createElement("span");
    line.className = "found";
    const name = document.createElement("b");
    name.textContent = item.text;
    line.append(name);
    if (item.about) {
      const about = document.createElement("small");
      about.textContent = item.about;
      line.append(about);
    }
    return line;
  };

  const isNew = (id) => /(^|:)new:/.test(String(id));
  const dayOf = (element) => {
    const start = element.closest("form") && element.closest("form").querySelector('[name="start"]');
    return start ? start.value : "";
  };

  if ($) {
    $.fn.djangoAdminSelect2 = function init() {
      return this.each((_, element) => {
        $(element).select2({
          width: "100%",
          ajax: {
            delay: 150,
            cache: false,
            data: (params) => ({
              term: params.term, page: params.page, day: dayOf(element), app_label: element.dataset.appLabel,
              model_name: element.dataset.modelName, field_name: element.dataset.fieldName,
            }),
            processResults: (data) => ({ results: [...data.results, ...(data.drafts || [])], pagination: data.pagination }),
          },
          templateResult: (item) => (item.id ? option(item) : item.text),
          templateSelection: (item) => (isNew(item.id) ? `${item.text.replace(/ \(new draft .*\)$/, "")} (new draft)` : item.text),
        });
        const box = searchOf(element);
        const label = element.labels && element.labels[0];
        if (box && label) box.setAttribute("aria-label", label.textContent.replace(/:\s*$/, "").trim());
        $(element).on("select2:open", () => {
          const search = searchOf(element);
          if (search) search.focus();
        });
        $(element).on("select2:select", (event) => {
          forget(element);
          represent(element, event.params.data);
          resume(element);
          relate(element, event.params.data);
          const way = element.dataset.way || "on";
          delete element.dataset.way;
          if (!element.multiple || way === "part" || way.length === 1) setTimeout(() => lead(element, way));
          changed();
        });
        $(element).on("select2:close", () => forget(element));
        $(element).on("select2:unselect select2:clear", changed);
      });
    };
  }

  const forget = (element) => {
    delete element.dataset.asked;
    delete element.dataset.answered;
  };

  const searchOf = (element) => {
    const select2 = $(element).data("select2");
    return select2 && (select2.dropdown.$search || select2.selection.$search || [])[0];
  };

  /* Whoever holds one office on the day acts for the body it belongs to, or for whom he acted before in the sitting, unless
     somebody says otherwise. */
  const called = (element) => {
    const chosen = element && element.selectedOptions[0];
    return chosen ? chosen.textContent.replace(/ \(new draft.*\)$/, "") : "";
  };
  const represent = (element, item) => {
    if (/-on_behalf_of$/.test(element.name)) {
      const who = called(document.getElementById(element.id.replace(/-on_behalf_of$/, "-actor")));
      if (who && !isNew(item.id)) sessionStorage.setItem(`for:${who}`, JSON.stringify({ id: item.id, text: item.text }));
      return;
    }
    const other = document.getElementById(element.id.replace(/-actor$/, "-on_behalf_of"));
    if (!other || other === element || other.value) return;
    const before = sessionStorage.getItem(`for:${called(element)}`);
    const body = item.represents || (before && JSON.parse(before));
    if (body) $(other).append(new Option(body.text, body.id, true, true)).trigger("change");
  };

  /* Who follows somebody in a list mostly has the same role. */
  const resume = (element) => {
    if (!/-actor$/.test(element.name)) return;
    const roles = [...form().querySelectorAll('select[name^="participations-"][name$="-role"]')].filter(visible);
    const at = roles.findIndex((one) => one.name === element.name.replace(/-actor$/, "-role"));
    if (at > 0 && !roles[at].dataset.chosen) roles[at].value = roles[at - 1].value;
  };

  /* What is said of an event refers to it. */
  const relate = (element, item) => {
    const [, key] = /-target$/.test(element.name) ? String(item.id).match(/^target_event:(\d+)$/) || [] : [];
    const group = document.getElementById("relations-group");
    if (!key || !group) return;
    const fields = () => [...group.querySelectorAll('select[name$="-object"]')].filter(visible);
    if (fields().some((one) => one.value === key)) return;
    if (!fields().some(isEmpty)) group.querySelector(".add-row a").click();
    $(fields().find(isEmpty)).append(new Option(item.text, key, true, true)).trigger("change");
  };

  /* Going on: Enter leads to the next quick field, and past the rows of a part where a row is left empty. */

  const focusable = (element) => {
    if (!element.classList.contains("select2-hidden-accessible")) return element;
    const container = element.nextElementSibling;
    return container.querySelector("textarea.select2-search__field, .select2-search__field") || container.querySelector(".select2-selection");
  };
  const visible = (element) => !element.closest(".empty-form") && focusable(element) && focusable(element).offsetParent !== null;
  const quick = () => [...form().querySelectorAll("[data-quick]")].filter(visible);
  const groupOf = (element) => element.closest(".inline-group");
  const rowOf = (element) => element.closest("tr.form-row, .inline-related[id]");
  const isEmpty = (element) => (element.multiple ? element.selectedOptions.length === 0 : !element.value.trim());

  const reach = (element) => {
    if (!element) {
      const button = document.querySelector('.submit-row [name="_save"]');
      if (button) button.focus();
      return;
    }
    const target = focusable(element);
    target.focus();
    if (target.select && target === element) target.select();
    target.scrollIntoView({ block: "nearest" });
  };

  const after = (one, other) => Boolean(one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING);

  const goOn = (element) => {
    const fields = quick();
    const group = groupOf(element);
    const rest = fields.filter((one) => one !== element && after(element, one));
    const first = group && fields.find((one) => rowOf(one) === rowOf(element)) === element;
    if (first && isEmpty(element) && !proves(group)) return reach(rest.find((one) => groupOf(one) !== group));
    if (group && !proves(group) && !rest.some((one) => groupOf(one) === group)) {
      const add = group.querySelector(".add-row a");
      if (add && add.offsetParent !== null) {
        add.click();
        return reach(quick().find((one) => groupOf(one) === group && !fields.includes(one)));
      }
    }
    return reach(rest[0]);
  };

  const nextPart = (element) => {
    const group = groupOf(element);
    const rest = quick().filter((one) => after(element, one) && groupOf(one) !== group);
    const next = rest.filter((one) => groupOf(one) === groupOf(rest[0]));
    reach((rest[0] && !proves(groupOf(rest[0])) && next.find(isEmpty)) || rest[0]);
  };

  /* Another row of the part; another proof mostly is of the same source, from the same place. */
  const another = (element) => {
    const group = groupOf(element);
    const add = group && group.querySelector(".add-row a");
    if (!add || add.offsetParent === null) return;
    const before = [...group.querySelectorAll(".inline-related[id], tr.form-row")].filter((one) => !one.matches(".empty-form")).pop();
    add.click();
    const row = [...group.querySelectorAll(".inline-related[id], tr.form-row")].filter((one) => !one.matches(".empty-form")).pop();
    if (!proves(group)) return reach(quick().find((one) => rowOf(one) === row));
    for (const name of ["locator", "attribution"]) {
      row.querySelector(`[name$="-${name}"]`).value = before ? before.querySelector(`[name$="-${name}"]`).value : "";
    }
    const source = before && before.querySelector('[name$="-source"]').selectedOptions[0];
    if (source) $(row.querySelector('[name$="-source"]')).append(new Option(source.textContent, source.value, true, true)).trigger("change");
    return reach(row.querySelector('[name$="-field"]'));
  };

  const tabOn = (element) => {
    const stops = form().querySelectorAll("input:not([type=hidden]), select, textarea, button, summary, a[href]");
    reach([...stops].find((one) => one !== element && after(element, one) && visible(one) && !one.closest(".select2-container")));
  };

  /* The field that a letter leads to: in the row one is in, or in the record. */
  const keyed = (element, letter) => {
    const rows = [rowOf(element), form()].filter(Boolean);
    for (const row of rows) {
      const found = [...row.querySelectorAll(`[data-key="${letter}"]`)].find((one) => !one.closest(".empty-form") && (row !== form() || !groupOf(one)));
      if (found) return found;
    }
    return null;
  };
  const lead = (element, way) => {
    if (way === "tab") return tabOn(element);
    if (way === "part") return nextPart(element);
    if (way === "n") return another(element);
    if (way.length > 1) return goOn(element);
    const field = keyed(element, way);
    const closed = field.closest("details:not([open])");
    if (closed) closed.open = true;
    return reach(field);
  };

  /* One citation is mostly enough; another is a click away. */
  const proves = (group) => group.id.startsWith("citations");

  const fieldOf = (target) => {
    if (target.matches("[data-quick], input:is([type=text], [type=url], [type=number]), select")
      && !target.matches(".select2-search__field")) return target;
    const container = target.closest(".select2-container");
    if (container && container.previousElementSibling && container.previousElementSibling.matches("select")) {
      return container.previousElementSibling;
    }
    const open = [...document.querySelectorAll("select.select2-hidden-accessible")].find(
      (one) => $ && $(one).data("select2") && $(one).data("select2").isOpen(),
    );
    return target.matches(".select2-search__field") ? open : null;
  };

  const isLoading = (select2) => Boolean(select2.$results && select2.$results.find(".loading-results").length);

  /* Take what is marked as soon as the answer to what was typed is there. Keys wait for it, too. */
  const take = (element, select2) => {
    const begun = Date.now();
    held = [];
    const look = () => {
      const asked = element.dataset.asked || "";
      const search = searchOf(element);
      const ready = search && asked === search.value && element.dataset.answered === asked && !isLoading(select2);
      if (!ready && Date.now() - begun < 20000) return setTimeout(look, 20);
      if (ready) select2.trigger("results:select", {});
      /* What is chosen leads on in a task of its own; the keys go where it led. Without an answer they have nowhere to go. */
      return setTimeout(() => {
        const keys = held;
        held = null;
        if (ready) press(keys);
      });
    };
    look();
  };

  /* Press keys once more: a browser does nothing by itself for those that a page presses. */
  const press = (keys) => {
    for (const key of keys) {
      const target = document.activeElement;
      if (held) held.push(key);
      else if (key.text) document.execCommand("insertText", false, key.text);
      else if (target.dispatchEvent(new KeyboardEvent("keydown", key))) byDefault(document.activeElement, key);
    }
  };
  const byDefault = (target, { key, ctrlKey, altKey, metaKey }) => {
    if (key === "Tab") tabOn(fieldOf(target) || target);
    if (key.length > 1 || ctrlKey || altKey || metaKey) return;
    if (target.matches("select")) {
      const fitting = [...target.options].find((one) => one.text.toLowerCase().startsWith(key.toLowerCase()));
      if (fitting) target.value = fitting.value;
      target.dispatchEvent(new Event("change", { bubbles: true }));
    } else document.execCommand("insertText", false, key);
  };

  const onKey = (event) => {
    const target = event.target;
    if (held) {
      event.preventDefault();
      event.stopImmediatePropagation();
      const { key, keyCode, ctrlKey, altKey, shiftKey, metaKey } = event;
      held.push({ key, keyCode, ctrlKey, altKey, shiftKey, metaKey, bubbles: true, cancelable: true });
      return;
    }
    if (!form() || !(form().contains(target) || target.matches(".select2-search__field"))) return;
    /* Whoever saves with a name typed in a list means the record that is marked there. */
    const saves = (event.key === "Enter" && (event.ctrlKey || event.metaKey))
      || (event.altKey && !event.ctrlKey && !event.shiftKey && form().querySelector(`button[accesskey="${CSS.escape(event.key)}"]`));
    const list = saves && target.matches(".select2-search__field") && target.value.trim() && fieldOf(target);
    if (list && $(list).data("select2").isOpen()) {
      take(list, $(list).data("select2"));
      onKey(event);
      return;
    }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      const save = form().querySelector('[name="_save"]');
      if (save) form().requestSubmit(save);
      return;
    }
    /* Browsers differ in how access keys are pressed: here it is Alt in all of them. */
    if (event.altKey && !event.ctrlKey && !event.shiftKey && /^[a-z]$/.test(event.key)) {
      const button = form().querySelector(`button[accesskey="${event.key}"]`);
      if (button) {
        event.preventDefault();
        event.stopImmediatePropagation();
        form().requestSubmit(button);
        return;
      }
    }
    const element = fieldOf(target);
    if (!element) return;
    const select2 = $ && element.matches("select") && $(element).data("select2");
    const search = select2 && target.matches(".select2-search__field");
    if (event.altKey && !event.ctrlKey && !event.shiftKey && /^[a-z]$/.test(event.key)
      && (event.key === "n" || keyed(element, event.key))) {
      event.preventDefault();
      event.stopImmediatePropagation();
      if (search && target.value.trim() && select2.isOpen()) {
        element.dataset.way = event.key;
        take(element, select2);
      } else {
        if (select2) select2.close();
        lead(element, event.key);
      }
      return;
    }
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (select2 && !search && plain && event.key.length === 1 && event.key !== " " && !select2.isOpen()) {
      select2.open();
      return;
    }
    const parts = event.key === "Enter" && event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey;
    const leaves = parts || (event.key === "Enter" && !event.shiftKey && plain);
    const way = parts ? nextPart : goOn;
    if (search && (leaves || (event.key === "Tab" && plain))) {
      const text = target.value.trim();
      const moved = element.dataset.moved === "1";
      if (text && select2.isOpen()) {
        event.preventDefault();
        event.stopImmediatePropagation();
        element.dataset.way = event.key === "Tab" ? "tab" : parts ? "part" : "on";
        take(element, select2);
        return;
      }
      if (leaves && !moved) {
        event.preventDefault();
        event.stopImmediatePropagation();
        select2.close();
        way(element);
      }
      return;
    }
    /* One key takes one choice away; select2 would have its letters taken away one by one. */
    if (search && element.multiple && event.key === "Backspace" && !target.value && element.selectedOptions.length) {
      event.preventDefault();
      event.stopImmediatePropagation();
      const last = [...element.selectedOptions].pop();
      last.selected = false;
      $(element).trigger("change");
      changed();
      return;
    }
    if (search && (event.key === "ArrowDown" || event.key === "ArrowUp")) element.dataset.moved = "1";
    if (search && event.key.length === 1) element.dataset.moved = "0";
    if (leaves && !(select2 && select2.isOpen())) {
      event.preventDefault();
      event.stopImmediatePropagation();
      way(element);
    }
  };
  document.addEventListener("keydown", onKey, true);
  /* Text also comes without keys: pasted, or from an input method. */
  document.addEventListener("beforeinput", (event) => {
    if (!held || !event.cancelable || !event.data) return;
    event.preventDefault();
    held.push({ text: event.data });
  }, true);

  /* Readings: what a date means, beside it. */

  const timers = new WeakMap();
  const later = (key, wait, task) => {
    clearTimeout(timers.get(key));
    timers.set(key, setTimeout(task, wait));
  };

  const readingOf = (input) => {
    const id = `${input.id}_reading`;
    let output = document.getElementById(id);
    if (!output) {
      output = document.createElement("output");
      output.id = id;
      output.className = "reading";
      output.setAttribute("for", input.id);
      output.setAttribute("aria-live", "polite");
      input.after(output);
    }
    return output;
  };

  const read = async (input) => {
    const output = readingOf(input);
    const text = input.value.trim();
    if (!text) {
      output.textContent = "";
      return;
    }
    const answer = await fetch(`${entry().dataset.reading}?${new URLSearchParams({ text })}`, { credentials: "same-origin" });
    if (!answer.ok || input.value.trim() !== text) return;
    const said = await answer.json();
    output.textContent = said.reading || said.error;
    output.classList.toggle("wrong", Boolean(said.error));
  };

  /* The preview. */

  let asking = null;
  const preview = async () => {
    const place = document.getElementById("preview");
    const page = entry();
    if (!place || !page || !page.dataset.preview) return;
    if (asking) asking.abort();
    asking = new AbortController();
    place.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(page.dataset.preview, {
        method: "POST", body: new FormData(form()), headers: { "X-Requested-With": "fetch" }, credentials: "same-origin",
        signal: asking.signal,
      });
      if (!answer.ok) return;
      const open = place.querySelector("details[open]") !== null;
      place.innerHTML = await answer.text(); // made by our own template, which escapes whatever people entered
      if (open && place.querySelector("details")) place.querySelector("details").open = true;
      note(place);
    } catch (error) {
      if (error.name !== "AbortError") place.textContent = "The preview cannot be shown just now.";
    } finally {
      place.setAttribute("aria-busy", "false");
    }
  };

  /* What the record adds to single rows: the capacity of who took part, the days of a deadline. */
  const note = (place) => {
    for (const old of document.querySelectorAll(".row-note")) old.remove();
    for (const said of place.querySelectorAll("[data-note-for]")) {
      const row = document.getElementById(said.dataset.noteFor);
      if (!row) continue;
      const cell = row.querySelector(".field-capacity");
      const line = document.createElement("p");
      line.className = "row-note";
      line.textContent = said.textContent;
      if (cell) {
        const held = cell.querySelector("p");
        if (held) held.hidden = true;
        cell.append(line);
      } else {
        row.querySelector("h3").after(line);
      }
    }
  };

  const changed = () => {
    if (document.getElementById("preview")) later(document, 700, preview);
  };

  document.addEventListener("input", (event) => {
    if (event.target.matches(".select2-search__field")) return;
    if (event.target.matches("[data-edtf]")) later(event.target, 200, () => read(event.target));
    if (form() && form().contains(event.target)) changed();
  });
  document.addEventListener("change", (event) => {
    event.target.dataset.chosen = "1";
    if (form() && form().contains(event.target)) changed();
  });

  document.addEventListener("DOMContentLoaded", () => {
    if (!entry() || !form()) return;
    for (const input of form().querySelectorAll("[data-edtf]")) if (input.value && !input.closest(".empty-form")) read(input);
    if ($) {
      $(document).ajaxSend((_, __, settings) => tell(settings.url, "asked"));
      $(document).ajaxComplete((_, __, settings) => tell(settings.url, "answered"));
    }
    if (document.querySelector("#preview") && !form().querySelector(".errornote")) preview();
    const wrong = form().querySelector(".errors input:not([type=hidden]), .errors textarea, .errors select");
    const first = wrong || quick().find((one) => isEmpty(one)) || quick()[0];
    const adds = location.pathname.endsWith("/add/");
    if (first && (wrong || adds)) reach(first);
  });

  /* Which term the list that is open shows. */
  const tell = (url, what) => {
    const open = [...document.querySelectorAll("select.select2-hidden-accessible")].find(
      (one) => $(one).data("select2") && $(one).data("select2").isOpen(),
    );
    if (open) open.dataset[what] = new URL(url, location.href).searchParams.get("term") || "";
  };
})();
