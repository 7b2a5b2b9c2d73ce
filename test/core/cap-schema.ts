import { readFileSync } from "node:fs";
import { validateXML } from "xmllint-wasm";

const schema = readFileSync(new URL("../data/CAP-v1.2.xsd", import.meta.url), "utf8");

/** What libxml2 says against a message by the OASIS schema; nothing when it is valid. */
export const capFaults = async (xml: string): Promise<string[]> => {
  const { errors } = await validateXML({
    xml: { fileName: "message.xml", contents: xml },
    schema: { fileName: "CAP-v1.2.xsd", contents: schema },
  });
  return errors.map(({ message }) => message);
};
