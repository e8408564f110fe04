import { checkAppData, checkCodecOptions, checkEncodings, checkString, checkText } from '../checks.ts';
import type { ProduceOptions } from '../options.ts';

/**
 * Checks the options before anything is captured or sent. Throws `invalidArgument`. Returns `appData`, converted by its
 * `toJSON()`.
 */
export function checkPublishing(options: ProduceOptions): ProduceOptions['appData'] {
  const { appData, source = 'unknown', codec, codecOptions, encodings } = options;
  if (codec !== undefined) checkString(codec, 'codec');
  checkCodecOptions(codecOptions, 'codecOptions');
  checkEncodings(encodings);
  checkText(source, 'source');
  checkAppData(appData);
  // The copy that adds the source has no `toJSON()`.
  const plain =
    appData !== undefined && 'toJSON' in appData
      ? (JSON.parse(JSON.stringify(appData)) as ProduceOptions['appData'])
      : appData;
  checkAppData({ ...plain, source });
  return plain;
}
