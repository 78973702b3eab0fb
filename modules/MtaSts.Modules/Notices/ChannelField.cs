using System.Text.RegularExpressions;

namespace MtaSts.Modules.Notices;

/// <summary>One setting of a channel. The form that asks for the settings is generated from these descriptions.</summary>
/// <param name="Name">Permanent name, stored with the channel, such as <c>url</c>. Lower-case letters only.</param>
/// <param name="Label">Label in the form, such as <c>Address</c>.</param>
/// <param name="Help">One or two sentences: what to enter, and where to find it.</param>
public sealed record ChannelField(string Name, string Label, string Help)
{
    /// <summary>Longest value of any field in characters; the URLs of all known services are shorter. Limits what an owner can store and the time of a validation.</summary>
    public const int MaxValueLength = 2_048;

    /// <summary>Whether the value is secret: it is never logged, and not shown again after it is stored.</summary>
    public bool IsSecret { get; init; }

    /// <summary>
    /// Whether the value is the address of a person, who may not be the one who enters it. The service sends only a request (<see cref="NoticeKind.Confirmation"/>) until the person has confirmed. At most one
    /// field, not secret.
    /// </summary>
    public bool IsRecipient { get; init; }

    /// <summary>Whether the value may be empty.</summary>
    public bool IsOptional { get; init; }

    /// <summary>The allowed values, in the order of the form; empty for free text.</summary>
    public IReadOnlyList<string> Choices { get; init; } = [];

    /// <summary>A regular expression that the whole value must match, valid in browsers and with <see cref="RegexOptions.NonBacktracking"/>; null for any value.</summary>
    public string? Pattern { get; init; }

    /// <summary>Returns why the value is not accepted, without repeating it; null when it is accepted. An optional field accepts an empty value.</summary>
    public string? Problem(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Length == 0)
            return IsOptional ? null : $"{Label} is missing.";
        if (value.Length > MaxValueLength)
            return $"{Label} has more than {MaxValueLength} characters.";
        if (value.Any(char.IsControl))
            return $"{Label} contains a line break or another control character.";
        if (Choices.Count > 0 && !Choices.Contains(value, StringComparer.Ordinal))
            return $"{Label} must be one of {string.Join(", ", Choices)}.";
        return Pattern is { } pattern && !Regex.IsMatch(value, $@"\A(?:{pattern})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)
            ? $"{Label} does not have the expected form. {Help}"
            : null;
    }
}

/// <summary>Validates the settings of a channel against the descriptions of its fields.</summary>
public static class ChannelFields
{
    /// <summary>Returns a problem for each missing or invalid value, and for each setting that no field describes.</summary>
    public static IReadOnlyList<ChannelProblem> Problems(this IReadOnlyList<ChannelField> fields, ChannelSettings settings)
    {
        ArgumentNullException.ThrowIfNull(fields);
        ArgumentNullException.ThrowIfNull(settings);
        return
        [
            .. settings.Names.Where(name => fields.All(field => field.Name != name)).Select(name => new ChannelProblem(name, "Unknown setting. Remove it.")),
            .. fields.Select(field => (field.Name, Problem: field.Problem(settings[field.Name]))).Where(field => field.Problem is not null).Select(field => new ChannelProblem(field.Name, field.Problem!)),
        ];
    }
}

/// <summary>Why a channel's settings cannot be used.</summary>
/// <param name="Field">The name of the setting; empty when the problem concerns the channel as a whole.</param>
/// <param name="Problem">What is wrong and what to do, without the value of a secret.</param>
public sealed record ChannelProblem(string Field, string Problem);
