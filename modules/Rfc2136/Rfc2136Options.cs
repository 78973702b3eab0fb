namespace MtaSts.Modules.Rfc2136;

/// <summary>Settings of the module.</summary>
public sealed class Rfc2136Options
{
    /// <summary>The section of the settings.</summary>
    public const string Section = "Rfc2136";

    /// <summary>
    /// Where updates are sent: addresses of the zone's primary server, with port if it is not 53, separated by commas. The second is used only when
    /// the first does not answer. Required.
    /// </summary>
    public string Servers { get; set; } = "";

    /// <summary>The zone's name at the server: the owner name of its SOA. Default: <c>Hosting:RecordZone</c>, which may also be a name below it.</summary>
    public string? Zone { get; set; }

    /// <summary>The TSIG key's name at the server. Required.</summary>
    public string KeyName { get; set; } = "";

    /// <summary><c>hmac-sha256</c> (default), <c>hmac-sha384</c>, <c>hmac-sha512</c>, <c>hmac-sha224</c> or <c>hmac-sha1</c>.</summary>
    public string KeyAlgorithm { get; set; } = "hmac-sha256";

    /// <summary>The key in base64. This or <see cref="KeySecretFile"/> is required; never logged.</summary>
    public string KeySecret { get; set; } = "";

    /// <summary>A file with only the key in base64. Read for each call, so that a key can be changed without a restart.</summary>
    public string? KeySecretFile { get; set; }

    /// <summary>Time limit for one answer of one server. Default 5 s; 0.1 s … 10 s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);
}
