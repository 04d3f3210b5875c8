/** More would be no choice any more. */
const most = 20;

/** What of the setting `dockerPush.tagTemplates` is text; each once. What else is there is underlined in the settings. */
export function readTagTemplates(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [];
  const texts = value.filter((one): one is string => typeof one === 'string' && one.trim() !== '');
  return [...new Set(texts.map((text) => text.trim()))].slice(0, most);
}
