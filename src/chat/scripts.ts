// Whether a name is written in one script: letters of two that share shapes are how one name is made to look like another.

const PLAIN = /^[\x20-\x7e]*$/;

/** Scripts that are written together, Latin letters among them: Japanese, Chinese, Korean. */
const TOGETHER = ['Hani Hira Kana Latn', 'Hani Bopo Latn', 'Hani Hang Latn'];

/** By their codes of ISO 15924; one that this runtime does not know yet has no letters here. */
const SCRIPTS = `Latn Grek Cyrl Arab Hebr Deva Hani Hira Kana Hang Thai Beng Taml Telu Gujr Guru Knda Mlym Sinh Orya Armn
  Geor Ethi Khmr Laoo Mymr Tibt Mong Adlm Aghb Ahom Armi Avst Bali Bamu Bass Batk Berf Bhks Bopo Brah Brai Bugi Buhd
  Cakm Cans Cari Cham Cher Chrs Copt Cpmn Cprt Diak Dogr Dsrt Dupl Egyp Elba Elym Gara Glag Gong Gonm Goth Gran Gukh
  Hano Hatr Hluw Hmng Hmnp Hung Ital Java Kali Kawi Khar Khoj Kits Krai Kthi Lana Lepc Limb Lina Linb Lisu Lyci Lydi
  Mahj Maka Mand Mani Marc Medf Mend Merc Mero Modi Mroo Mtei Mult Nagm Nand Narb Nbat Newa Nkoo Nshu Ogam Olck Onao
  Orkh Osge Osma Ougr Palm Pauc Perm Phag Phli Phlp Phnx Plrd Prti Rjng Rohg Runr Samr Sarb Saur Sgnw Shaw Shrd Sidd
  Sidt Sind Sogd Sogo Sora Soyo Sund Sunu Sylo Syrc Tagb Takr Tale Talu Tang Tavt Tayo Tfng Tglg Thaa Tirh Tnsa Todr
  Tols Toto Tutg Ugar Vaii Vith Wara Wcho Xpeo Xsux Yezi Yiii Zanb`;

/** Patterns of texts that are written in some scripts, made when first asked for. */
const patterns = new Map<string, RegExp | null>();

function pattern(scripts: string): RegExp | null {
  let found = patterns.get(scripts);
  if (found === undefined) {
    const classes = scripts.split(' ').map(code => `\\p{scx=${code}}`);
    try {
      found = new RegExp(`^[${classes.join('')}\\p{scx=Zyyy}\\p{scx=Zinh}]*$`, 'u');
    } catch {
      found = null;
    }
    patterns.set(scripts, found);
  }
  return found;
}

/** Digits, marks and signs that all scripts share do not count. */
export function isOfOneScript(text: string): boolean {
  if (PLAIN.test(text)) return true;
  return [...TOGETHER, ...SCRIPTS.split(/\s+/)].some(scripts => pattern(scripts)?.test(text));
}
