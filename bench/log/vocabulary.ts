// What is said in the long room: words as often as in real talk (the n-th most common one n times as rare as the first),
// some that are known to be common, some known to be rare, and now and then Chinese. The same for the same seed.

/** Words of the language. */
const WORDS = 5_000;
/** In half of all messages. */
export const COMMON = 'perhaps';
/** In one of so many messages. */
export const RARE = { word: 'quixotry', each: 100_000 } as const;
/** A word of three characters in one of so many messages, and one character of it that stands nowhere else. */
export const CHINESE = {
  sentence: '今天晚上看见一只熊猫在图书馆',
  character: '熊',
  phrase: '图书馆',
  each: 2_000,
} as const;

const ONSETS = ['b', 'd', 'f', 'g', 'h', 'k', 'l', 'm', 'n', 'p', 'r', 's', 't', 'v'];
const NUCLEI = ['a', 'e', 'i', 'o', 'u'];

/** The n-th word: short ones come first, as they do in languages. */
function wordOf(n: number): string {
  let text = '';
  for (let rest = n + 1; rest > 0; rest = Math.floor(rest / (ONSETS.length * NUCLEI.length))) {
    const syllable = rest % (ONSETS.length * NUCLEI.length);
    text += `${ONSETS[syllable % ONSETS.length]}${NUCLEI[Math.floor(syllable / ONSETS.length)]}`;
  }
  return text;
}

const VOCABULARY = Array.from({ length: WORDS }, (_, n) => wordOf(n));

/** The most common word of the language, and so the one that follows any other most often. */
export const FIRST = VOCABULARY[0] as string;

/** Gives the text of each message by its number, from 0. */
export function speaker(): (message: number) => string {
  let state = 20_261_121;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
  return message => {
    // The logarithm turns an even choice into Zipf's.
    const words = Array.from(
      { length: 4 + Math.floor(next() * 12) },
      () => VOCABULARY[Math.floor(WORDS ** next()) - 1] ?? '',
    );
    if (message % 2 === 0) words.splice(1, 0, COMMON);
    if (message % RARE.each === RARE.each / 2) words.push(RARE.word);
    if (message % CHINESE.each === CHINESE.each / 2) words.push(CHINESE.sentence);
    return words.join(' ');
  };
}
