using System.Text.Json;
using Wharf.Cli.Templates;
using Xunit;

namespace Wharf.UnitTests.Cli.Templates;

/// <summary>Templates give what Go's would.</summary>
public sealed class TemplateTests
{
    private const string Document = """
        {"Name":"/web","State":{"Running":true,"Pid":7,"Error":""},"Config":{"Env":["A=1","B=2"],"Labels":{"b.c":"x","a":"y"},"Cmd":null},
         "Ports":{"80/tcp":[{"HostPort":"8080"}],"90/tcp":null},"Size":1.5,"Html":"<a> & \"b\""}
        """;

    [Theory]
    [InlineData("{{.Name}}", "/web")]
    [InlineData("{{.State.Running}} {{.State.Pid}} {{.Size}}", "true 7 1.5")]
    [InlineData("{{.Config.Env}}", "[A=1 B=2]")]
    [InlineData("{{.Config.Labels}}", "map[a:y b.c:x]")]
    [InlineData("{{.Config.Cmd}}", "<no value>")]
    [InlineData("{{index .Config.Labels \"b.c\"}}", "x")]
    [InlineData("{{index .Config.Env 1}}", "B=2")]
    [InlineData("{{(index (index .Ports \"80/tcp\") 0).HostPort}}", "8080")]
    [InlineData("{{range .Config.Env}}<{{.}}>{{end}}", "<A=1><B=2>")]
    [InlineData("{{range $i, $e := .Config.Env}}{{$i}}:{{$e}} {{end}}", "0:A=1 1:B=2 ")]
    [InlineData("{{range $p, $conf := .Ports}}{{$p}} -> {{if $conf}}{{(index $conf 0).HostPort}}{{else}}-{{end}};{{end}}", "80/tcp -> 8080;90/tcp -> -;")]
    [InlineData("{{range .Config.Cmd}}x{{else}}none{{end}}", "none")]
    [InlineData("{{if .State.Running}}up{{else}}down{{end}}", "up")]
    [InlineData("{{if .State.Error}}bad{{else if eq .State.Pid 7}}seven{{else}}other{{end}}", "seven")]
    [InlineData("{{with .State}}{{.Pid}} {{$.Name}}{{end}}", "7 /web")]
    [InlineData("{{with .State.Error}}x{{else}}fine{{end}}", "fine")]
    [InlineData("{{json .Config.Env}}", "[\"A=1\",\"B=2\"]")]
    [InlineData("{{json .Html}}", "\"<a> & \\\"b\\\"\"")]
    [InlineData("{{json .State}}", "{\"Running\":true,\"Pid\":7,\"Error\":\"\"}")]
    [InlineData("{{.Name | upper | printf \"%-8s|\"}}", "/WEB    |")]
    [InlineData("{{join .Config.Env \", \"}}", "A=1, B=2")]
    [InlineData("{{join (split \"a:b\" \":\") \"-\"}}", "a-b")]
    [InlineData("{{len .Config.Env}} {{len .Name}}", "2 4")]
    [InlineData("{{title \"ab cd\"}} {{lower \"AB\"}} {{truncate .Name 2}} [{{pad .Name 1 2}}]", "Ab Cd ab /w [ /web  ]")]
    [InlineData("{{slice .Name 1 3}}", "we")]
    [InlineData("{{and .State.Running .Name}} {{or .State.Error \"-\"}} {{not .State.Running}}", "/web - false")]
    [InlineData("{{eq .Name \"a\" \"/web\"}} {{ne 1 2}} {{lt 1 2}} {{ge 2 2}} {{gt \"a\" \"b\"}}", "true true true true false")]
    [InlineData("{{$x := .State.Pid}}{{$x}}{{printf \"%03d %q %v %t %5.1f%%\" $x .Name .Size true .Size}}", "7007 \"/web\" 1.5 true   1.5%")]
    [InlineData("a {{- .Name -}} b", "a/webb")]
    [InlineData("{{/* nothing */}}x", "x")]
    [InlineData("{{println .Name 1}}", "/web 1\n")]
    [InlineData("{{range .Config.Env}}{{if eq . \"B=2\"}}{{break}}{{end}}{{.}}{{end}}", "A=1")]
    [InlineData("{{`raw \"q\"`}}{{\"tab\\t\"}}", "raw \"q\"tab\t")]
    [InlineData("plain", "plain")]
    public void Renders(string template, string expected) => Assert.Equal(expected, Template.Parse(template).Render(Value()));

    [Theory]
    [InlineData("{{.Foo", "template: :1: unclosed action")]
    [InlineData("{{nofunc 1}}", "template: :1: function \"nofunc\" not defined")]
    [InlineData("{{if .A}}", "template: :1: unexpected EOF")]
    [InlineData("{{end}}", "template: :1: unexpected {{end}}")]
    [InlineData("{{\"x}}", "template: :1: unterminated quoted string")]
    [InlineData("{{}}", "template: :1: missing value for command")]
    public void Malformed_templates_are_refused(string template, string message) =>
        Assert.Equal(message, Assert.Throws<TemplateException>(() => Template.Parse(template)).Message);

    [Fact]
    public void A_field_that_is_not_there_is_an_error() => Assert.Equal(
        "template: :1:2: executing \"\" at <.Nope>: map has no entry for key \"Nope\"",
        Assert.Throws<TemplateException>(() => Template.Parse("{{.Nope}}").Render(Value())).Message);

    [Fact]
    public void Noise_is_refused_politely()
    {
        int seed = Environment.TickCount;
        var random = new Random(seed);
        string[] pieces = ["{{", "}}", "-", " ", ".", "Name", "if", "range", "end", "else", "|", "(", ")", "\"", "$x", ":=", ",", "index", "1", "`"];
        for (int i = 0; i < 20_000; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => pieces[random.Next(pieces.Length)]));
            Exception? thrown = Record.Exception(() => Template.Parse(text).Render(Value()));
            Assert.True(thrown is null or TemplateException, $"seed {seed}, {text}: {thrown}");
        }
    }

    private static object? Value() => TemplateJson.FromJson(JsonDocument.Parse(Document).RootElement);
}
