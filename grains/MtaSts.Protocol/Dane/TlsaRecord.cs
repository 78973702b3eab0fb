using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MtaSts.Protocol;

/// <summary>One TLSA record (RFC 6698 §2.1), as SMTP senders use it.</summary>
public sealed class TlsaRecord
{
    /// <summary>DANE-TA(2): the certificate or key of a trust anchor.</summary>
    public const byte TrustAnchor = 2;

    /// <summary>DANE-EE(3): the server's own certificate or key.</summary>
    public const byte EndEntity = 3;

    private const byte WholeCertificate = 0;
    private const byte PublicKey = 1;
    private const byte Exact = 0;
    private const byte Sha256 = 1;
    private const byte Sha512 = 2;

    private readonly byte[] data;

    private TlsaRecord(byte usage, byte selector, byte matchingType, byte[] data)
    {
        (Usage, Selector, MatchingType) = (usage, selector, matchingType);
        this.data = data;
    }

    /// <summary>Certificate usage, RFC 6698 §2.1.1.</summary>
    public byte Usage { get; }

    /// <summary>Selector, RFC 6698 §2.1.2: 0 the certificate, 1 its public key.</summary>
    public byte Selector { get; }

    /// <summary>Matching type, RFC 6698 §2.1.3: 0 the bytes themselves, 1 SHA-256, 2 SHA-512.</summary>
    public byte MatchingType { get; }

    /// <summary>
    /// Whether SMTP senders can use the record: usage 2 or 3 (RFC 7672 §3.1.3 excludes 0 and 1), a known selector and matching type, and data of the length
    /// that the matching type requires. All other records are unusable (RFC 6698 §4.1).
    /// </summary>
    public bool IsUsable => Usage is TrustAnchor or EndEntity && Selector is WholeCertificate or PublicKey && MatchingType switch
    {
        Exact => data.Length > 0,
        Sha256 => data.Length == SHA256.HashSizeInBytes,
        Sha512 => data.Length == SHA512.HashSizeInBytes,
        _ => false,
    };

    /// <summary>Reads the presentation format (RFC 6698 §2.2): <c>3 1 1</c> and hexadecimal digits, which may contain spaces.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out TlsaRecord? record)
    {
        record = null;
        var fields = (text ?? "").Split(' ', 4, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length < 3 || !TryByte(fields[0], out var usage) || !TryByte(fields[1], out var selector) || !TryByte(fields[2], out var matchingType))
            return false;
        try
        {
            record = new TlsaRecord(usage, selector, matchingType, fields.Length == 3 ? [] : Convert.FromHexString(fields[3].Replace(" ", "", StringComparison.Ordinal)));
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <summary>Whether the record matches the certificate (RFC 6698 §2.1.2, §2.1.3). The usage is not considered.</summary>
    public bool Matches(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        if (!IsUsable)
            return false;
        var selected = Selector == WholeCertificate ? certificate.RawData : certificate.PublicKey.ExportSubjectPublicKeyInfo();
        return data.AsSpan().SequenceEqual(MatchingType switch
        {
            Exact => selected,
            Sha256 => SHA256.HashData(selected),
            _ => SHA512.HashData(selected),
        });
    }

    /// <summary>
    /// Returns the usable records that senders consider: of the digests with the same usage and selector only the strongest (RFC 7671 §9, RFC 7672 §5), and all
    /// records with the data itself.
    /// </summary>
    internal static IReadOnlyList<TlsaRecord> Effective(IEnumerable<string> records)
    {
        TlsaRecord[] usable = [.. records.Select(static text => TryParse(text, out var record) && record.IsUsable ? record : null).OfType<TlsaRecord>()];
        return [.. usable.Where(record => record.MatchingType != Sha256 || !usable.Any(other => other.MatchingType == Sha512 && other.Usage == record.Usage && other.Selector == record.Selector))];
    }

    private static bool TryByte(string text, out byte value) => byte.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
