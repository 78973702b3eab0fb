using ARSoft.Tools.Net;
using ARSoft.Tools.Net.Dns;

namespace MtaSts.Modules.Rfc2136;

/// <summary>A TSIG key (RFC 8945).</summary>
internal sealed record TsigKey(DomainName Name, TSigAlgorithm Kind, byte[] Bytes)
{
    /// <summary>Permitted difference of the two clocks, as recommended by RFC 8945 §10.</summary>
    public static readonly TimeSpan Fudge = TimeSpan.FromMinutes(5);

    /// <summary>A larger file is not a key.</summary>
    private const int MaxFile = 4_096;

    private static readonly Dictionary<string, TSigAlgorithm> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["hmac-sha256"] = TSigAlgorithm.Sha256,
        ["hmac-sha384"] = TSigAlgorithm.Sha384,
        ["hmac-sha512"] = TSigAlgorithm.Sha512,
        ["hmac-sha224"] = TSigAlgorithm.Sha224,
        ["hmac-sha1"] = TSigAlgorithm.Sha1,
    };

    public static IEnumerable<string> Algorithms => Known.Keys;

    public static TSigAlgorithm? Algorithm(string name) => Known.TryGetValue(name.Trim().TrimEnd('.'), out var algorithm) ? algorithm : null;

    /// <summary>Null: not base64.</summary>
    public static byte[]? Secret(string base64)
    {
        var bytes = new byte[base64.Length];
        return Convert.TryFromBase64String(base64.Trim(), bytes, out var length) && length > 0 ? bytes[..length] : null;
    }

    /// <summary>The key of the settings, or why there is none.</summary>
    public static async Task<(TsigKey? Key, string? Problem)> ReadAsync(Rfc2136Options options, CancellationToken cancellationToken)
    {
        var text = options.KeySecret;
        if (options.KeySecretFile is { } path)
        {
            try
            {
                if (new FileInfo(path).Length > MaxFile)
                    return (null, $"the file {path} is too large for a key");
                text = await File.ReadAllTextAsync(path, cancellationToken);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                return (null, $"the key's file cannot be read: {exception.Message}");
            }
        }
        return Secret(text) is { } bytes
            ? (new TsigKey(DomainName.Parse(options.KeyName), Algorithm(options.KeyAlgorithm)!.Value, bytes), null)
            : (null, $"the content of {options.KeySecretFile} is not base64");
    }

    /// <summary>Without the key: this may be logged.</summary>
    public override string ToString() => $"{Name} ({Kind})";
}
