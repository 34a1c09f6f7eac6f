-- How texts are compared when somebody searches. Out of their compatibility decomposition: ligatures, full-width and other forms become
-- plain letters. Taken out: accents and vowel points (Latin, Greek, Cyrillic, Hebrew, Arabic), the Arabic letter extender, and what is not
-- seen (joiners, marks of direction, variation selectors, soft hyphens). Then letters that are the same to a reader: final forms (ς, ך),
-- forms of alef, yeh, kaf and heh, digits, apostrophes, quotation marks and dashes. Composed again at the end, so that Korean syllables and
-- voiced kana stay whole. Not the extension unaccent: its rules differ between versions, and an index must not.
--
-- Columns keep what this said when their row was written, so whoever changes it makes them anew (docs/migrations.md).
CREATE OR REPLACE FUNCTION search_fold(text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT normalize(replace(replace(replace(
    translate(
      lower(regexp_replace(
        normalize($1, NFKD),
        '[\u00AD\u0300-\u036F\u0483-\u0487\u0591-\u05BD\u05BF\u05C1\u05C2\u05C4\u05C5\u05C7\u0610-\u061A\u061C\u0640\u064B-\u065F\u0670'
        '\u06D6-\u06DC\u06DF-\u06E4\u06E7\u06E8\u06EA-\u06ED\u180B-\u180F\u1AB0-\u1AFF\u1DC0-\u1DFF\u200B-\u200F\u202A-\u202E\u2060-\u206F'
        '\u20D0-\u20FF\uFE00-\uFE0F\uFE20-\uFE2F\uFEFF]+',
        '', 'g')),
      'øłđħıðþŋŧς' || 'ךםןףץ' || 'ٱىةکیە' || '٠١٢٣٤٥٦٧٨٩' || '۰۱۲۳۴۵۶۷۸۹' || '’‘‛ʼʻ′`' || '“”„‟«»″' || '‐‒–—―−',
      'oldhidtntσ' || 'כמנפצ' || 'ايهكيه' || '0123456789' || '0123456789' || repeat('''', 7) || repeat('"', 7) || repeat('-', 6)),
    'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'), NFC)
$$;
