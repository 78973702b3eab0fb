using System.Text.Json;
using MtaSts.Peers;

namespace MtaSts.Protocol.Tests;

/// <summary>Vectors of other implementations, which are read where they lie and are not in the repository.</summary>
internal static class Vectors
{
    /// <summary>The file's root; the test is skipped where there is no corpus.</summary>
    public static JsonElement Load(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(CorpusFolder.Require(), "_vectors", file)));
        return document.RootElement.Clone();
    }

    /// <summary>A property's text; null when it is missing.</summary>
    public static string? Text(this JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
