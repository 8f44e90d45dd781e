// The field at the top: what is pasted there fills in the form below and is explained.
import { byId, formById, tellError } from './dom.js';
import { readPasted } from './paste.js';

export function showPasting(fillIn) {
  const form = formById('paste');
  const read = () => {
    const told = byId('paste-told');
    try {
      const pasted = readPasted(form.text.value);
      tellError(form.text, told, undefined);
      fillIn(pasted);
    } catch (error) {
      tellError(form.text, told, error);
    }
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    read();
  });
  // The field has the pasted text only after this event.
  form.text.addEventListener('paste', () => setTimeout(read));
  form.text.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      read();
    }
  });
}
