using Wharf.Engine.Builds.Dockerfile;
using Xunit;

namespace Wharf.UnitTests.Engine.Builds.Dockerfile;

public sealed class WordExpanderTests
{
    private static readonly Dictionary<string, string> Variables = new()
    {
        ["A"] = "one",
        ["EMPTY"] = "",
        ["TWO"] = "x y",
        ["PATHNAME"] = "/usr/share/doc/readme.tar.gz",
        ["STARS"] = "a*b*c",
        ["HAN"] = "漢字",
        ["_x1"] = "under",
        ["NAME"] = "A",
        ["LINES"] = "first\nsecond",
    };

    [Theory]
    [InlineData("", "")]
    [InlineData("plain", "plain")]
    [InlineData("$A", "one")]
    [InlineData("${A}", "one")]
    [InlineData("${A}B", "oneB")]
    [InlineData("$AB", "")]
    [InlineData("$A$A", "oneone")]
    [InlineData("$A.x", "one.x")]
    [InlineData("$A-x", "one-x")]
    [InlineData("/$A/b", "/one/b")]
    [InlineData("$_x1", "under")]
    [InlineData("$HAN", "漢字")]
    [InlineData("漢${A}字", "漢one字")]
    [InlineData("$A漢", "")]
    [InlineData("$", "$")]
    [InlineData("a$", "a$")]
    [InlineData("$.", "$.")]
    [InlineData("$ A", "$ A")]
    [InlineData("100%", "100%")]
    [InlineData("$NONE", "")]
    [InlineData("a${NONE}b", "ab")]
    public void Variables_are_replaced(string text, string value) => Assert.Equal(value, Expand(text));

    [Theory]
    [InlineData("$1", "")]
    [InlineData("$12x", "x")]
    [InlineData("${1}", "")]
    [InlineData("${1:-d}", "d")]
    [InlineData("$@", "")]
    [InlineData("$@@", "@")]
    [InlineData("$*", "")]
    [InlineData("$#", "")]
    [InlineData("$?", "")]
    [InlineData("$!", "")]
    [InlineData("$$", "")]
    [InlineData("$-", "")]
    [InlineData("${#}", "")]
    [InlineData("${?:-d}", "d")]
    [InlineData("${@:+d}", "")]
    public void Parameters_of_a_shell_are_never_set(string text, string value) => Assert.Equal(value, Expand(text));

    [Theory]
    [InlineData("${A-d}", "one")]
    [InlineData("${EMPTY-d}", "")]
    [InlineData("${NONE-d}", "d")]
    [InlineData("${NONE-}", "")]
    [InlineData("${A:-d}", "one")]
    [InlineData("${EMPTY:-d}", "d")]
    [InlineData("${NONE:-d}", "d")]
    [InlineData("${A+d}", "d")]
    [InlineData("${EMPTY+d}", "d")]
    [InlineData("${NONE+d}", "")]
    [InlineData("${A:+d}", "d")]
    [InlineData("${EMPTY:+d}", "")]
    [InlineData("${NONE:+d}", "")]
    [InlineData("${A?gone}", "one")]
    [InlineData("${EMPTY?gone}", "")]
    [InlineData("${A:?gone}", "one")]
    [InlineData("${NONE:-$A}", "one")]
    [InlineData("${NONE:-${NONE:-${A}}}", "one")]
    [InlineData("${NONE:-${NONE:-deep}}x", "deepx")]
    [InlineData("${NONE:-a b}", "a b")]
    [InlineData("${NONE:-'a}b'}", "a}b")]
    [InlineData("${NONE:-\"a}b\"}", "a}b")]
    [InlineData("${NONE:-a\\}b}", "a}b")]
    [InlineData("${NONE:-\\$A}", "$A")]
    [InlineData("${NONE:-{x}", "{x")]
    [InlineData("${A}}", "one}")]
    [InlineData("${NONE:-/a/b}", "/a/b")]
    [InlineData("${NONE:-:}", ":")]
    public void Conditions_choose(string text, string value) => Assert.Equal(value, Expand(text));

    [Theory]
    [InlineData("${PATHNAME##*/}", "readme.tar.gz")]
    [InlineData("${PATHNAME#*/}", "usr/share/doc/readme.tar.gz")]
    [InlineData("${PATHNAME%/*}", "/usr/share/doc")]
    [InlineData("${PATHNAME%%/*}", "")]
    [InlineData("${PATHNAME%.*}", "/usr/share/doc/readme.tar")]
    [InlineData("${PATHNAME%%.*}", "/usr/share/doc/readme")]
    [InlineData("${PATHNAME#/usr}", "/share/doc/readme.tar.gz")]
    [InlineData("${PATHNAME#usr}", "/usr/share/doc/readme.tar.gz")]
    [InlineData("${PATHNAME%.gz}", "/usr/share/doc/readme.tar")]
    [InlineData("${PATHNAME%.bz2}", "/usr/share/doc/readme.tar.gz")]
    [InlineData("${A#?}", "ne")]
    [InlineData("${A##??}", "e")]
    [InlineData("${A%?}", "on")]
    [InlineData("${A#*}", "one")]
    [InlineData("${A##*}", "")]
    [InlineData("${A%*}", "one")]
    [InlineData("${A%%*}", "")]
    [InlineData("${A#}", "one")]
    [InlineData("${A%}", "one")]
    [InlineData("${A##}", "one")]
    [InlineData("${EMPTY#*}", "")]
    [InlineData("${NONE#x}", "")]
    [InlineData("${NONE%%x}", "")]
    [InlineData("${STARS#a\\*}", "b*c")]
    [InlineData("${STARS%\\**}", "a*b")]
    [InlineData("${STARS%%\\**}", "a")]
    [InlineData("${HAN#?}", "字")]
    [InlineData("${HAN%?}", "漢")]
    [InlineData("${A#o[n]}", "one")]
    [InlineData("${PATHNAME#/$NONE}", "usr/share/doc/readme.tar.gz")]
    [InlineData("${TWO#x }", "y")]
    [InlineData("${LINES##*}", "\nsecond")]
    public void Ends_are_trimmed(string text, string value) => Assert.Equal(value, Expand(text));

    [Theory]
    [InlineData("${PATHNAME/\\//-}", "-usr/share/doc/readme.tar.gz")]
    [InlineData("${PATHNAME//\\//-}", "-usr-share-doc-readme.tar.gz")]
    [InlineData("${PATHNAME//e/E}", "/usr/sharE/doc/rEadmE.tar.gz")]
    [InlineData("${PATHNAME/e/}", "/usr/shar/doc/readme.tar.gz")]
    [InlineData("${PATHNAME//\\/*\\//:}", ":readme.tar.gz")]
    [InlineData("${A/x/y}", "one")]
    [InlineData("${A/o?e/two}", "two")]
    [InlineData("${A/*/all}", "all")]
    [InlineData("${A//?/z}", "zzz")]
    [InlineData("${A//*/all}", "all")]
    [InlineData("${A/n/$A}", "oonee")]
    [InlineData("${A/$NONE/^}", "^one")]
    [InlineData("${EMPTY/*/z}", "z")]
    [InlineData("${NONE/a/b}", "")]
    [InlineData("${STARS//\\*/+}", "a+b+c")]
    [InlineData("${A/n/\\/}", "o\\/e")]
    [InlineData("${HAN/漢/和}", "和字")]
    public void Parts_are_replaced(string text, string value) => Assert.Equal(value, Expand(text));

    [Theory]
    [InlineData("'$A'", "$A")]
    [InlineData("\"$A\"", "one")]
    [InlineData("\"'$A'\"", "'one'")]
    [InlineData("'\"$A\"'", "\"$A\"")]
    [InlineData("a'b'\"c\"", "abc")]
    [InlineData("''", "")]
    [InlineData("\"\"", "")]
    [InlineData("\\$A", "$A")]
    [InlineData("\\\\$A", "\\one")]
    [InlineData("\\\\\\$A", "\\$A")]
    [InlineData("\"\\$A\"", "$A")]
    [InlineData("'\\$A'", "\\$A")]
    [InlineData("a\\tb", "atb")]
    [InlineData("\"a\\tb\"", "a\\tb")]
    [InlineData("\"a\\\"b\"", "a\"b")]
    [InlineData("\"a\\\\b\"", "a\\b")]
    [InlineData("it\\'s", "it's")]
    [InlineData("end\\", "end")]
    [InlineData("end\\\\", "end\\")]
    [InlineData("a\\ b", "a b")]
    [InlineData("'a'\\''b'", "a'b")]
    [InlineData("\\${A}", "${A}")]
    public void Quotes_and_escapes_do_their_work(string text, string value) => Assert.Equal(value, Expand(text));

    [Theory]
    [InlineData("`$A", "$A")]
    [InlineData("C:\\$A", "C:\\one")]
    [InlineData("\"a`\"b\"", "a\"b")]
    [InlineData("``", "`")]
    public void The_other_escape_takes_the_place_of_the_backslash(string text, string value) => Assert.Equal(value, Expand(text, '`'));

    [Theory]
    [InlineData("${", "syntax error: missing '}'")]
    [InlineData("${A", "syntax error: missing '}'")]
    [InlineData("${A:-x", "syntax error: missing '}'")]
    [InlineData("${A:", "syntax error: missing '}'")]
    [InlineData("${A:-${B:-x}", "syntax error: missing '}'")]
    [InlineData("${A#x", "syntax error: missing '}'")]
    [InlineData("${A/x", "syntax error: missing '/' in ${}")]
    [InlineData("${A/x/y", "syntax error: missing '}'")]
    [InlineData("${A//x}", "syntax error: missing '/' in ${}")]
    [InlineData("${}", "syntax error: bad substitution")]
    [InlineData("${{A}", "syntax error: bad substitution")]
    [InlineData("${:-x}", "syntax error: bad substitution")]
    [InlineData("${.}", "unsupported modifier (.) in substitution")]
    [InlineData("${A.}", "unsupported modifier (.) in substitution")]
    [InlineData("${A=x}", "unsupported modifier (=) in substitution")]
    [InlineData("${A:=x}", "unsupported modifier (:=) in substitution")]
    [InlineData("${A:#x}", "unsupported modifier (:#) in substitution")]
    [InlineData("${A:%x}", "unsupported modifier (:%) in substitution")]
    [InlineData("${A:1}", "unsupported modifier (:1) in substitution")]
    [InlineData("${A^}", "unsupported modifier (^) in substitution")]
    [InlineData("'open", "unexpected end of statement while looking for matching single-quote")]
    [InlineData("\"open", "unexpected end of statement while looking for matching double-quote")]
    [InlineData("\"open\\\"", "unexpected end of statement while looking for matching double-quote")]
    [InlineData("${A#\\x}", "invalid pattern (\\x) in substitution: invalid escape '\\x'")]
    [InlineData("${NONE?}", "NONE: is not allowed to be unset")]
    [InlineData("${NONE:?}", "NONE: is not allowed to be unset")]
    [InlineData("${EMPTY:?}", "EMPTY: is not allowed to be empty")]
    [InlineData("${NONE?set $NAME first}", "NONE: set A first")]
    public void What_cannot_be_expanded_is_told_with_its_text(string text, string problem)
    {
        DockerfileException failure = Assert.Throws<DockerfileException>(() => Expand(text));
        Assert.Equal($"failed to process {GoText.Quote(text)}: {problem}", failure.Problem);
        Assert.Equal((3, 9), (failure.Line, failure.Column));
    }

    [Theory]
    [InlineData("a b", new[] { "a", "b" })]
    [InlineData("  a   b  ", new[] { "a", "b" })]
    [InlineData("$TWO", new[] { "x", "y" })]
    [InlineData("a${TWO}b", new[] { "ax", "yb" })]
    [InlineData("\"$TWO\"", new[] { "x y" })]
    [InlineData("'a b' c", new[] { "a b", "c" })]
    [InlineData("a\\ b", new[] { "a b" })]
    [InlineData("$NONE", new string[0])]
    [InlineData("", new string[0])]
    [InlineData("$LINES", new[] { "first", "second" })]
    [InlineData("a${NONE:-$TWO}", new[] { "ax", "y" })]
    [InlineData("80/$NONE 443", new[] { "80/", "443" })]
    public void Values_split_at_blanks_outside_quotes(string text, string[] words) =>
        Assert.Equal(words, Expander().ExpandToWords(WordOf(text)).Select(word => word.Text));

    [Fact]
    public void It_remembers_what_it_looked_at()
    {
        WordExpander expander = Expander();
        expander.Expand(WordOf("$A ${NONE:-$TWO} '$NAME'"));
        Assert.Equal(["A", "TWO"], expander.Used.Order());
        Assert.Equal(["NONE"], expander.Unset);
    }

    [Theory]
    [InlineData("RUN echo \"$A\" '$A' $NONE ${NONE:-x}", "RUN echo \"one\" '$A' $NONE ${NONE:-x}")]
    [InlineData("RUN echo ${NONE#x} ${NONE/a/b}", "RUN echo ${NONE#x} ${NONE/a/b}")]
    [InlineData("RUN echo \"open", "RUN echo \"open")]
    public void For_display_quotes_and_unknown_variables_stay(string text, string shown) => Assert.Equal(shown, Expander().ForDisplay(text));

    [Theory]
    [InlineData("say \"$A\" and '$A'\n", "say \"one\" and 'one'\n")]
    [InlineData("\\$A ${NONE:-d}", "$A d")]
    public void In_a_heredoc_quotes_are_text(string content, string value) =>
        Assert.Equal(value, Expander().Expand(new Heredoc("EOF", content, IsExpanded: true, StripsTabs: false, WordOf("").Source)).Text);

    [Fact]
    public void A_heredoc_with_a_quoted_name_stays_as_it_is() =>
        Assert.Equal("$A", Expander().Expand(new Heredoc("EOF", "$A", IsExpanded: false, StripsTabs: false, WordOf("").Source)).Text);

    [Fact]
    public void Growth_without_end_is_refused()
    {
        Dictionary<string, string> variables = new() { ["X"] = new string('x', 1 << 16) };
        var expander = new WordExpander('\\', variables);
        Assert.Contains("longer than", Assert.Throws<DockerfileException>(() => expander.Expand(WordOf(string.Concat(Enumerable.Repeat("$X", 100))))).Problem);
    }

    [Fact]
    public void Nesting_without_end_is_refused()
    {
        string text = string.Concat(Enumerable.Repeat("${N:-", 5000)) + new string('}', 5000);
        Assert.Contains("nested deeper", Assert.Throws<DockerfileException>(() => Expand(text)).Problem);
    }

    [Fact]
    public void A_pattern_that_would_take_for_ever_is_given_up()
    {
        var expander = new WordExpander('\\', new Dictionary<string, string> { ["X"] = new string('a', 100_000) });
        Assert.Contains("takes too long", Assert.Throws<DockerfileException>(() => expander.Expand(WordOf("${X//a*a*a*a*b/}"))).Problem);
    }

    private static WordExpander Expander(char escape = '\\') => new(escape, Variables);

    private static string Expand(string text, char escape = '\\') => Expander(escape).Expand(WordOf(text)).Text;

    private static Word WordOf(string text)
    {
        var source = new SourceText("Dockerfile", ["FROM x", "", "WORKDIR " + text]);
        return new Word(text, new SourceRange(source, new SourcePosition(3, 9), new SourcePosition(3, 9 + text.Length)));
    }
}
