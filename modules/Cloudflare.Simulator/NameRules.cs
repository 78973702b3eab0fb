using System.Net;

namespace MtaSts.Modules.Cloudflare.Simulator;

/// <summary>A Cloudflare error.</summary>
internal sealed record Refusal(int HttpStatus, int Code, string Message);

/// <summary>The names that Cloudflare refuses.</summary>
internal static class NameRules
{
    private const int MaxName = 255;
    private const int MaxLabel = 63;
    private const int MaxCommonName = 64;

    public static Refusal? Check(string name, bool branding, SimulatorOptions options)
    {
        if (name.Any(character => !char.IsAscii(character)))
            return Bad(1408, "The hostname contains non-ASCII characters.");
        var labels = name.Split('.');
        if (name.Length is 0 or > MaxName || IPAddress.TryParse(name, out _) || labels.Any(label => !IsLabel(label)))
            return Bad(1407, "Invalid custom hostname. Custom hostnames must be smaller than 256 characters in length, cannot be IP addresses and cannot contain any special characters.");
        var isReserved = labels[^1] is "test" or "example" or "invalid" or "localhost";
        if (options.OnlyReservedNames && !isReserved)
            return Bad(1407, "This is a simulator for demonstrations. It takes names under example, test, invalid and localhost only.");
        if (!options.AllowReservedNames && isReserved)
            return Bad(1409, "The custom hostname is under a reserved top-level domain.");
        if (labels.Length < 2)
            return Bad(1410, "The registrable domain of the custom hostname cannot be derived.");
        if (!options.AllowReservedNames && (string.Join('.', labels[^2..]) is "example.com" or "example.net" or "example.org"))
            return Bad(1411, "Custom hostnames under example.com, example.net and example.org are forbidden.");
        return name.Length > MaxCommonName && !branding ? Bad(1469, "The hostname is longer than 64 characters: set cloudflare_branding.") : null;
    }

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= MaxLabel && label[0] != '-' && label[^1] != '-' && label.All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character is '-' or '_');

    private static Refusal Bad(int code, string message) => new(400, code, message);
}
