using ErzyCall.Api.Features.Assistants;
using ErzyCall.Api.Features.Calls;
using ErzyCall.Api.Features.Cases;
using ErzyCall.Api.Features.Contacts;

namespace ErzyCall.UnitTests.Features.Calls;

public sealed class CallScriptTests
{
    private static readonly Contact s_ada = new() { Title = "Ada", Email = "ada@example.com", Phone = "+14155550100", Notes = "Prefers mornings" };

    [Theory]
    [InlineData("Hello {{who}}", "Hello Ada")]
    [InlineData("Hello {{ who }}", "Hello Ada")]
    [InlineData("{{who}}{{\twho  }}", "AdaAda")]
    [InlineData("{{{who}}}", "{Ada}")]
    [InlineData("Hello {who}", "Hello {who}")]
    [InlineData("Hello {{Who}}", "Hello {{Who}}")]
    [InlineData("Hello {{w ho}}", "Hello {{w ho}}")]
    [InlineData("Hello {{1who}}", "Hello {{1who}}")]
    [InlineData("Hello {{}}", "Hello {{}}")]
    public void A_placeholder_with_a_value_is_filled_in_and_all_else_stays(string text, string rendered) =>
        Assert.Equal(rendered, Render(text, given: Given(("who", "Ada"))).FirstMessage);

    [Fact]
    public void A_placeholder_inside_a_value_is_not_rendered_again()
    {
        var script = Render("{{a}} {{b}}", given: Given(("a", "{{b}}"), ("b", "{{a}} $1 \\")));

        Assert.Equal("{{b}} {{a}} $1 \\", script.FirstMessage);
        Assert.Equal(["b", "a"], script.Unresolved);
    }

    [Theory]
    [InlineData("name", "Ada")]
    [InlineData("email", "ada@example.com")]
    [InlineData("phone", "+14155550100")]
    [InlineData("notes", "Prefers mornings")]
    public void A_contact_brings_its_own_values(string name, string value) =>
        Assert.Equal(value, Render($"{{{{{name}}}}}", contact: s_ada).FirstMessage);

    [Theory]
    [InlineData("given", true, "default", "given")]
    [InlineData("", true, "default", "")]
    [InlineData(null, true, "default", "Ada")]
    [InlineData(null, false, "default", "default")]
    [InlineData(null, false, null, "{{customer}}")]
    public void A_call_s_own_value_wins_over_the_contact_and_the_contact_over_the_default(string? given, bool withContact, string? defaultValue, string expected)
    {
        var script = Render(
            "{{customer}}",
            given is null ? null : Given(("customer", given)),
            CaseWith(new CaseVariable("customer", "contact.title", Required: false, defaultValue)),
            withContact ? s_ada : null);

        Assert.Equal(expected, script.FirstMessage);
    }

    [Fact]
    public void The_contact_s_own_values_win_over_defaults()
    {
        var script = Render("{{email}}", script: CaseWith(new CaseVariable("email", "custom", Required: false, "nobody@example.com")), contact: s_ada);

        Assert.Equal("ada@example.com", script.FirstMessage);
    }

    [Theory]
    [InlineData("contact.title", "Ada")]
    [InlineData("contact.notes", "Prefers mornings")]
    [InlineData("custom", "{{x}}")]
    public void A_variable_s_source_says_what_of_the_contact_it_is(string source, string expected) =>
        Assert.Equal(expected, Render("{{x}}", script: CaseWith(new CaseVariable("x", source, Required: false, null)), contact: s_ada).FirstMessage);

    [Fact]
    public void What_a_contact_lacks_falls_back_to_the_default()
    {
        var script = Render("{{notes}}", script: CaseWith(new CaseVariable("notes", "contact.notes", Required: true, "none")), contact: new Contact { Title = "Bob" });

        Assert.Equal("none", script.FirstMessage);
        Assert.Empty(script.Missing);
    }

    [Fact]
    public void Unresolved_names_are_listed_once_in_the_order_in_which_they_are_met()
    {
        var script = Render("{{b}} {{a}} {{ b }}", script: new Case { Prompt = "{{c}} {{a}}" });

        Assert.Equal(["b", "a", "c"], script.Unresolved);
        Assert.Equal("{{b}} {{a}} {{ b }}", script.FirstMessage);
    }

    [Fact]
    public void Required_variables_without_a_value_are_missing_whether_or_not_they_are_spoken()
    {
        var script = Render(
            "Hello",
            Given(("given", "x")),
            CaseWith(
                new CaseVariable("given", "custom", Required: true, null),
                new CaseVariable("defaulted", "custom", Required: true, "x"),
                new CaseVariable("from_contact", "contact.title", Required: true, null),
                new CaseVariable("missing", "custom", Required: true, null),
                new CaseVariable("optional", "custom", Required: false, null),
                new CaseVariable("also_missing", "contact.notes", Required: true, null)),
            new Contact { Title = "Ada" });

        Assert.Equal(["missing", "also_missing"], script.Missing);
    }

    [Theory]
    [InlineData(true, true, true, "call", "case prompt")]
    [InlineData(false, true, true, "case", "case prompt")]
    [InlineData(false, false, true, "assistant", "assistant prompt")]
    [InlineData(true, false, true, "call", "assistant prompt")]
    [InlineData(false, false, false, AssistantSnapshot.DefaultFirstMessage, AssistantSnapshot.DefaultPrompt)]
    [InlineData(true, false, false, "call", AssistantSnapshot.DefaultPrompt)]
    public void A_call_s_script_wins_over_the_case_s_and_that_over_the_assistant_s_and_that_over_the_platform_s(
        bool ownMessage, bool withCase, bool withAssistant, string firstMessage, string prompt)
    {
        var script = CallScript.Render(
            ownMessage ? "call" : null,
            new Dictionary<string, string>(),
            withCase ? new Case { FirstMessage = "case" } : null,
            withCase ? "case prompt" : null,
            contact: null,
            withAssistant ? new OutboundAssistant { FirstMessage = "assistant", SystemPrompt = "assistant prompt" } : null);

        Assert.Equal((firstMessage, prompt), (script.FirstMessage, script.Prompt));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0, "With its values the first message must have at most 10000 characters")]
    [InlineData(0, 1, "With its values the prompt must have at most 100000 characters")]
    [InlineData(1, 1, "With its values the first message must have at most 10000 characters", "With its values the prompt must have at most 100000 characters")]
    public void A_script_may_have_10_000_and_100_000_characters_with_its_values(int moreSpoken, int morePrompt, params string[] tooLong)
    {
        // Each character of two UTF-16 units.
        var given = Given(
            ("spoken", string.Concat(Enumerable.Repeat("😀", CallScript.MaxFirstMessage - 1 + moreSpoken))),
            ("prompt", string.Concat(Enumerable.Repeat("😀", CallScript.MaxPrompt - 1 + morePrompt))));

        var script = CallScript.Render("!{{spoken}}", given, script: null, "!{{prompt}}", contact: null, assistant: null);

        Assert.Equal(tooLong, script.TooLong);
    }

    [Fact]
    public void What_would_be_far_too_long_is_not_put_together()
    {
        var notes = new Contact { Title = "Ada", Notes = new string('n', 5_000) };

        var script = CallScript.Render(string.Concat(Enumerable.Repeat("{{notes}}", 100)), Given(), script: null, string.Concat(Enumerable.Repeat("{{notes}}", 2_000)), notes, assistant: null);

        Assert.Equal(2, script.TooLong.Count);
        Assert.InRange(script.FirstMessage.Length, 0, 2 * CallScript.MaxFirstMessage);
        Assert.InRange(script.Prompt.Length, 0, 2 * CallScript.MaxPrompt);
    }

    private static CallScript Render(string firstMessage, Dictionary<string, string>? given = null, Case? script = null, Contact? contact = null) =>
        CallScript.Render(firstMessage, given ?? [], script, script?.Prompt, contact, assistant: null);

    private static Dictionary<string, string> Given(params (string Name, string Value)[] values) => values.ToDictionary(value => value.Name, value => value.Value);

    private static Case CaseWith(params CaseVariable[] variables) => new() { Variables = variables };
}
