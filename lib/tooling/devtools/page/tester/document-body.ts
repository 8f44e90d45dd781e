import type { TesterBody } from '../../protocol.js';

/** Longest part of an answer that is shown, in characters. */
const MAX_SHOWN = 2_000;
/** Longest time that the rest of an answer may take, in milliseconds. */
const REST_MS = 1_500;

/** The body as `fetch()` takes it. */
export function bodyInit(body: TesterBody): BodyInit {
  switch (body.kind) {
    case 'text':
    case 'json':
      return body.text;
    case 'form':
      return new URLSearchParams(body.fields.map(([...pair]) => pair));
    case 'files': {
      const form = new FormData();
      body.fields.forEach(([name, value]) => form.append(name, value));
      body.files.forEach(({ field, name, content }) => form.append(field, content, name));
      return form;
    }
  }
}

/** The beginning of an answer. A stream may never end: what comes at once is enough to see. */
export async function beginningOf(response: Response): Promise<string> {
  const reader = response.body?.getReader();
  if (reader === undefined) {
    return '';
  }
  const decoder = new TextDecoder();
  const late = new Promise<{ done: true; value: undefined }>((resolve) =>
    setTimeout(() => resolve({ done: true, value: undefined }), REST_MS),
  );
  let text = '';
  while (text.length < MAX_SHOWN) {
    const { done, value } = await Promise.race([reader.read(), late]);
    if (done) {
      break;
    }
    text += decoder.decode(value, { stream: true });
  }
  reader.cancel().catch(() => undefined);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)} …` : text;
}
