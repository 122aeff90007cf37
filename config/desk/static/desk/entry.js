/* Quick entry: Enter leads through the fields that a record mostly needs, and dates, choices and the preview answer while
   one types. Without this file every form still works: with Tab, the buttons, and a preview in a page of its own. */
"use strict";
(() => {
  const ENTRY = ".entry";
  const entry = () => document.querySelector(ENTRY);
  // Findings above it are answered in forms of their own.
  const form = () => document.querySelector(`${ENTRY} #content-main > form[method="post"]`);
  const $ = window.django && window.django.jQuery;

  /* Lists: what distinguishes records, drafts at the end. */

  /* What happened while an answer is waited for, in order: keys, text and clicks are for what comes after it. */
  let held = null;

  const option = (item) => {
    const line = document.createElement("span");
    line.className = isNew(item.id) ? "found draft" : "found";
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
    return start ? start.value.split("/")[0] : "";
  };

  /* Of each list: whether it shows what was asked for last, whether an arrow was pressed in it, and what its field held
     before. */
  const lists = new WeakMap();

  const tries = 3;
  const ask = (params, success, failure) => {
    let request = null;
    let timer = null;
    const attempt = (left) => {
      request = $.ajax(params);
      request.then(success, (answer, why) => {
        if (why === "abort") return;
        if (left > 1 && (answer.status === 0 || answer.status >= 500)) timer = setTimeout(() => attempt(left - 1), 1000);
        else failure();
      });
    };
    attempt(tries);
    return {
      abort: () => {
        clearTimeout(timer);
        request.abort();
      },
    };
  };

  if ($) {
    $.fn.djangoAdminSelect2 = function init() {
      return this.each((_, element) => {
        const list = { asked: null, settled: true, moved: false, before: "" };
        lists.set(element, list);
        $(element).select2({
          width: "100%",
          ajax: {
            delay: 150,
            cache: false,
            data: (params) => ({
              term: params.term, page: params.page, day: dayOf(element), app_label: element.dataset.appLabel,
              model_name: element.dataset.modelName, field_name: element.dataset.fieldName,
            }),
            transport: (params, success, failure) => {
              /* It asks a while after the text was typed: the list may be closed by then, or be about another text. */
              const select2 = $(element).data("select2");
              if (!select2.isOpen() || (params.data.term || "") !== searchOf(element).value) return { abort: () => {} };
              return ask(params, success, failure);
            },
            processResults: (data) => ({ results: [...data.results, ...(data.drafts || [])], pagination: data.pagination }),
          },
          templateResult: (item) => (item.id ? option(item) : item.text),
          templateSelection: (item) => (isNew(item.id) ? `${item.text.replace(/ \(new draft .*\)$/, "")} (new draft)` : item.text),
        });
        const select2 = $(element).data("select2");
        const box = searchOf(element);
        const label = element.labels && element.labels[0];
        if (box && label) box.setAttribute("aria-label", label.textContent.replace(/:\s*$/, "").trim());
        select2.on("query", (query) => {
          list.asked = query;
          list.settled = false;
          list.moved = false;
        });
        const settle = () => {
          list.settled = true;
          resume();
        };
        select2.on("results:all", ({ query }) => {
          /* What is looked for stands first, even where something else is chosen now. */
          if (query.term) mark(select2.$results.find(OPTION).first());
          if (query === list.asked) settle();
        });
        select2.on("results:message", ({ message }) => {
          if (message === "errorLoading") settle();
        });
        $(element).on("select2:open", () => {
          const search = searchOf(element);
          if (search) search.focus();
        });
        $(element).on("select2:selecting", () => {
          list.before = element.value;
        });
        $(element).on("select2:select", (event) => {
          represent(element, event.params.data);
          follow(element, list.before);
          relate(element, event.params.data);
          element.dataset.chosen = "1";
          changed();
          /* Keys say where they lead; a click in a list that holds one leads on. */
          if (event.params.originalEvent && !element.multiple) lead(element, "on");
        });
        $(element).on("select2:close", () => {
          list.settled = true;
          list.moved = false;
        });
        $(element).on("select2:unselect select2:clear", changed);
      });
    };
  }

  const searchOf = (element) => {
    const select2 = $(element).data("select2");
    return select2 && (select2.dropdown.$search || select2.selection.$search || [])[0];
  };

  /* The keyboard marks a line, and takes what is marked. A pointer takes by clicking, and marks nothing: lists open, and
     change, under pointers that rest. What it presses and what it releases must be one line. */
  const OPTION = ".select2-results__option[aria-selected]";
  const mark = (line) => line.trigger("mouseenter");
  let pressed = null;
  const lineOf = (event) => event.target.closest && event.target.closest(".select2-results__option");
  document.addEventListener("mouseover", (event) => {
    if (lineOf(event)) event.stopPropagation();
  }, true);
  document.addEventListener("mousedown", (event) => {
    pressed = lineOf(event);
  }, true);
  document.addEventListener("mouseup", (event) => {
    if (lineOf(event) && lineOf(event) !== pressed) event.stopPropagation();
  }, true);

  /* Whoever holds one office on the day acts for the body it belongs to, or for whom he acted before in the entry session, unless
     somebody says otherwise. What was proposed for somebody goes with him. */
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
    if (!other || other === element || other.dataset.chosen || (other.value && other.value !== other.dataset.proposed)) return;
    const before = sessionStorage.getItem(`for:${called(element)}`);
    const body = item.represents || (before && JSON.parse(before));
    other.dataset.proposed = body ? body.id : "";
    if (body) $(other).append(new Option(body.text, body.id, true, true)).trigger("change");
    else if (other.value) $(other).val(null).trigger("change");
  };

  /* Who follows somebody in a list mostly has the same role. */
  const follow = (element, before) => {
    if (!/-actor$/.test(element.name) || before) return;
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

  const tabOn = (element, back = false) => {
    const all = [...form().querySelectorAll("input:not([type=hidden]), select, textarea, button, summary, a[href]")];
    const stops = all.filter((one) => one !== element && visible(one) && !one.closest(".select2-container"));
    const to = back ? stops.filter((one) => after(one, element)).pop() : stops.find((one) => after(element, one));
    if (to || !back) reach(to);
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
    if (way === "stay") return null;
    if (way === "tab") return tabOn(element);
    if (way === "part") return nextPart(element);
    if (way === "n") return another(element);
    if (way.length > 1) return goOn(element);
    const field = keyed(element, way);
    if (!field) return reach(element);
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

  /* Letters choose in a closed list of a browser: all that were typed since it was entered, however slowly. The first of
     those that begin so; one letter again leads to the next that begins with it; a letter that does not go on begins anew. */
  const typed = new WeakMap();
  document.addEventListener("focusin", (event) => typed.delete(event.target));
  const beginning = (select, text) => [...select.options].filter(
    (one) => !one.disabled && one.text.trim().toLowerCase().startsWith(text),
  );
  const spell = (select, key) => {
    const before = typed.get(select) || "";
    const letter = key.toLowerCase();
    const text = before + letter;
    const again = [...text].every((one) => one === letter) ? beginning(select, letter) : [];
    const [found, kept] = [
      [beginning(select, text)[0], text], [again[(text.length - 1) % (again.length || 1)], text], [beginning(select, letter)[0], letter],
    ].find(([one]) => one) || [];
    if (!found) return false;
    typed.set(select, kept);
    set(select, found.index);
    return true;
  };
  const set = (select, index) => {
    select.selectedIndex = index;
    for (const name of ["input", "change"]) select.dispatchEvent(new Event(name, { bubbles: true }));
  };
  const isPlainSelect = (element) => element.matches("select:not([multiple], .select2-hidden-accessible)");

  /* Take what is marked in a list; return whether anything is. */
  const take = (element, select2, way) => {
    const [line] = select2.$results.find(".select2-results__option--highlighted");
    if (!line) return false;
    if (line.getAttribute("aria-selected") === "true") {
      /* It was proposed, and is chosen now. */
      element.dataset.chosen = "1";
      if (/-on_behalf_of$/.test(element.name)) represent(element, select2.data()[0]);
      select2.close();
    } else select2.trigger("results:select", {});
    if (!element.multiple || way !== "on") lead(element, way);
    return true;
  };

  /* Waiting: what acts on a list whose answer is not there yet waits for it, and all that comes after it. */
  const wait = (first) => {
    held = [first];
    form().setAttribute("aria-busy", "true");
  };
  const resume = () => {
    if (!held) return;
    const events = held;
    held = null;
    form().removeAttribute("aria-busy");
    while (events.length && !held) again(events.shift());
    if (held) held.push(...events);
  };
  const giveUp = () => {
    held = null;
    form().removeAttribute("aria-busy");
  };

  /* Have something happen once more: a browser does nothing by itself for what a page makes happen. */
  const again = ({ key, text, target }) => {
    const active = document.activeElement;
    if (text) document.execCommand("insertText", false, text);
    else if (target) click(target);
    else if (active.dispatchEvent(new KeyboardEvent("keydown", key))) byDefault(document.activeElement, key);
  };
  const click = (target) => {
    if (!target.isConnected) return;
    for (const name of ["mousedown", "mouseup"]) {
      target.dispatchEvent(new MouseEvent(name, { bubbles: true, cancelable: true, detail: 1 }));
    }
    const field = target.closest("input, select, textarea, button, a[href], summary, label, [tabindex]");
    if (field && !target.closest(".select2-container")) field.focus();
    target.click();
  };
  const EDITS = { Backspace: "delete", Delete: "forwardDelete" };
  const byDefault = (target, { key, ctrlKey, altKey, shiftKey, metaKey }) => {
    if (key === "Tab") return tabOn(fieldOf(target) || target, shiftKey);
    if (ctrlKey || altKey || metaKey) return null;
    if (isPlainSelect(target)) {
      const last = target.options.length - 1;
      const to = { ArrowDown: target.selectedIndex + 1, ArrowUp: target.selectedIndex - 1, Home: 0, End: last }[key];
      return to === undefined ? null : set(target, Math.max(0, Math.min(last, to)));
    }
    const text = target.matches("textarea, input:not([type=checkbox], [type=radio], [type=submit], [type=button])");
    if (!text) return key === " " || key === "Enter" ? target.click() : null;
    if (EDITS[key]) return document.execCommand(EDITS[key]);
    if (key.length === 1) return document.execCommand("insertText", false, key);
    if (key === "Enter" && target.matches("textarea")) return document.execCommand("insertText", false, "\n");
    const to = {
      ArrowLeft: Math.max(0, target.selectionStart - 1), ArrowRight: target.selectionEnd + 1, Home: 0, End: target.value.length,
    }[key];
    return to === undefined || target.selectionStart === null ? null : target.setSelectionRange(to, to);
  };

  const stop = (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  const copied = ({ key, keyCode, ctrlKey, altKey, shiftKey, metaKey }) => (
    { key: { key, keyCode, ctrlKey, altKey, shiftKey, metaKey, bubbles: true, cancelable: true } }
  );
  const MODIFIERS = ["Shift", "Control", "Alt", "Meta", "AltGraph"];

  const onKey = (event) => {
    const target = event.target;
    if (held) {
      /* Escape takes back what waits; what is pasted comes as text. */
      if (event.key === "Escape") giveUp();
      else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "v") return;
      else {
        stop(event);
        if (!MODIFIERS.includes(event.key)) held.push(copied(event));
        return;
      }
    }
    if (!form() || !(form().contains(target) || !target.closest("form") || target.matches(".select2-search__field"))) return;
    const element = fieldOf(target);
    const select2 = element && $ && element.matches("select") && $(element).data("select2");
    const open = Boolean(select2) && select2.isOpen();
    const box = open ? searchOf(element) : target;
    const search = open || (Boolean(select2) && target.matches(".select2-search__field"));
    /* A list that a click opened takes the keyboard a moment later. */
    if (box !== target) box.focus();
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    /* Browsers differ in how access keys are pressed: here it is Alt in all of them. */
    const letter = event.altKey && !event.ctrlKey && !event.shiftKey && /^[a-z]$/.test(event.key) ? event.key : "";
    const saves = (event.key === "Enter" && (event.ctrlKey || event.metaKey) && form().querySelector('[name="_save"]'))
      || (letter && form().querySelector(`button[accesskey="${letter}"]`));
    const leadsTo = element && letter && !saves && (letter === "n" || keyed(element, letter)) ? letter : "";
    const way = event.key === "Tab" && plain && !event.shiftKey ? "tab"
      : event.key === "Enter" && event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey ? "part"
        : event.key === "Enter" && plain && !event.shiftKey ? "on" : leadsTo;
    const arrow = event.key === "ArrowDown" || event.key === "ArrowUp";
    const list = select2 && lists.get(element);
    /* What acts on the lines of a list waits for them, unless it leaves a list in which nothing is looked for. */
    if (open && !list.settled && (arrow || ((saves || way) && (box.value.trim() || list.moved)))) {
      stop(event);
      wait(copied(event));
      return;
    }
    /* Whoever goes on or saves with a name typed in a list means the record that is marked there. */
    const means = open && (box.value.trim() || list.moved);
    if (saves) {
      stop(event);
      if (!means || take(element, select2, "stay")) form().requestSubmit(saves);
      return;
    }
    if (!element) return;
    if (means && way) {
      stop(event);
      take(element, select2, way);
      return;
    }
    if (leadsTo || (way && way !== "tab")) {
      stop(event);
      if (select2) select2.close();
      lead(element, way);
      return;
    }
    /* In a list that was opened and left, Tab goes on from its field. */
    if (open && event.key === "Tab") {
      stop(event);
      select2.close();
      tabOn(element, event.shiftKey);
      return;
    }
    if (select2 && !search && plain && event.key.length === 1 && event.key !== " ") {
      select2.open();
      return;
    }
    if (isPlainSelect(element) && plain && event.key.length === 1 && (event.key !== " " || typed.get(element))) {
      if (spell(element, event.key) || event.key !== " ") stop(event);
      return;
    }
    if (isPlainSelect(element) && event.key.length > 1 && !MODIFIERS.includes(event.key)) typed.delete(element);
    /* One key takes one choice away; select2 would have its letters taken away one by one. */
    if (search && element.multiple && event.key === "Backspace" && !box.value && element.selectedOptions.length) {
      stop(event);
      const last = [...element.selectedOptions].pop();
      last.selected = false;
      $(element).trigger("change");
      changed();
      return;
    }
    if (open && arrow) list.moved = true;
  };
  document.addEventListener("keydown", onKey, true);
  /* Text also comes without keys: pasted, or from an input method. Clicks are for what will be there, too. */
  document.addEventListener("beforeinput", (event) => {
    if (!held || !event.cancelable || !event.data) return;
    event.preventDefault();
    held.push({ text: event.data });
  }, true);
  let swallowed = false;
  document.addEventListener("mousedown", (event) => {
    swallowed = Boolean(held) && event.isTrusted;
    if (!swallowed) return;
    stop(event);
    held.push({ target: event.target });
  }, true);
  for (const name of ["mouseup", "click"]) {
    document.addEventListener(name, (event) => {
      if (swallowed && event.isTrusted) stop(event);
    }, true);
  }

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
    const asked = new URLSearchParams(input.dataset.until ? { text, until: input.dataset.until } : { text });
    const answer = await fetch(`${entry().dataset.reading}?${asked}`, { credentials: "same-origin" });
    if (!answer.ok || input.value.trim() !== text) return;
    const body = await answer.json();
    output.textContent = body.reading || body.error;
    output.classList.toggle("wrong", Boolean(body.error));
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
      if (error.name !== "AbortError") place.textContent = "The preview is not available at the moment.";
    } finally {
      place.setAttribute("aria-busy", "false");
    }
  };

  /* What the record adds to single rows: the capacity of who took part, the days of a deadline. */
  const note = (place) => {
    for (const old of document.querySelectorAll(".row-note")) old.remove();
    for (const template of place.querySelectorAll("[data-note-for]")) {
      const row = document.getElementById(template.dataset.noteFor);
      if (!row) continue;
      const cell = row.querySelector(".field-capacity");
      const line = document.createElement("p");
      line.className = "row-note";
      line.textContent = template.textContent;
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
    const refused = form().querySelector(".errornote");
    const adds = location.pathname.endsWith("/add/");
    /* Nothing is wrong with a form that nobody has filled in. */
    if (document.querySelector("#preview") && !refused && !adds) preview();
    const wrong = form().querySelector(".errors input:not([type=hidden]), .errors textarea, .errors select");
    /* The lists are made when jQuery is ready, which is later: keys wait for them. */
    const place = () => (wrong || adds) && reach(wrong || begin());
    const start = () => {
      place();
      watch(refused);
      resume();
    };
    place();
    held = [];
    if ($) $(start);
    else start();
  });

  /* People begin with the record, and not with its proof. */
  const begin = () => {
    const fields = [...form().querySelectorAll("fieldset input:not([type=hidden]), fieldset select, fieldset textarea")]
      .filter((one) => !groupOf(one) && visible(one));
    const first = fields.filter((one) => one.matches("[data-quick]"));
    return first.find(isEmpty) || first[0] || fields.find(isEmpty) || fields[0];
  };

  /* Leaving: a browser asks before what was entered is lost. */
  const watch = (refused) => {
    const opened = new WeakMap();
    const fields = () => [...form().querySelectorAll("input:not([type=hidden], [type=submit]), select, textarea")]
      .filter((one) => !one.closest(".empty-form, .select2-container"));
    const valueOf = (one) => {
      if (one.matches("[type=checkbox], [type=radio]")) return String(one.checked);
      return one.matches("select") ? [...one.selectedOptions].map((chosen) => chosen.value).join() : one.value;
    };
    const look = () => {
      for (const one of fields()) if (!opened.has(one)) opened.set(one, valueOf(one));
    };
    look();
    document.addEventListener("formset:added", look);
    let saved = false;
    form().addEventListener("submit", (event) => {
      /* The preview opens beside the form. */
      if (!(event.submitter && event.submitter.matches("[formtarget=_blank]"))) saved = true;
    });
    window.addEventListener("pageshow", () => {
      saved = false;
    });
    window.addEventListener("beforeunload", (event) => {
      if (!saved && (refused || fields().some((one) => opened.get(one) !== valueOf(one)))) event.preventDefault();
    });
  };

  /* Who removes the row that he is in goes on in the row that is last. */
  document.addEventListener("formset:removed", (event) => {
    if (!form() || document.activeElement !== document.body) return;
    const name = event.detail.formsetName;
    const rows = quick().filter((one) => one.name.startsWith(`${name}-`));
    const last = rows.pop() || document.querySelector(`#${name}-group .add-row a`);
    if (last) focusable(last).focus();
    changed();
  });
})();
