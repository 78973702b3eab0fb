using System.Collections.Frozen;

namespace MtaSts.Modules.Notices;

/// <summary>The settings of one channel, by <see cref="ChannelField.Name"/>. Immutable.</summary>
public sealed class ChannelSettings
{
    private readonly FrozenDictionary<string, string> values;

    /// <summary>Copies the settings and removes white space around the values.</summary>
    public ChannelSettings(IEnumerable<KeyValuePair<string, string>> values) =>
        this.values = values.ToFrozenDictionary(static value => value.Key, static value => value.Value.Trim(), StringComparer.Ordinal);

    /// <summary>The names of the settings, including those with an empty value.</summary>
    public IEnumerable<string> Names => values.Keys;

    /// <summary>The value of a setting; empty when it has none.</summary>
    public string this[string name] => values.GetValueOrDefault(name, "");

    /// <summary>The names only, because values may be secrets.</summary>
    public override string ToString() => $"Channel settings: {string.Join(", ", values.Keys)}";
}
