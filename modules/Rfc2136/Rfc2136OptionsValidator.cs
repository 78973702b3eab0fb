using ARSoft.Tools.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace MtaSts.Modules.Rfc2136;

/// <summary>Validates the settings; messages never contain the key.</summary>
internal sealed class Rfc2136OptionsValidator(IConfiguration configuration) : IValidateOptions<Rfc2136Options>
{
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(0.1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    public ValidateOptionsResult Validate(string? name, Rfc2136Options options)
    {
        string[] problems = [.. Problems(options)];
        return problems.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private IEnumerable<string> Problems(Rfc2136Options options)
    {
        if (options.Servers.Length == 0)
            yield return "Rfc2136:Servers is not set. Name the zone's primary server: 192.0.2.1 or 192.0.2.1:5353.";
        else if (UpdateTarget.ReadServers(options.Servers) is null)
            yield return $"Rfc2136:Servers is “{options.Servers}”. Write addresses, not names: 192.0.2.1, 192.0.2.1:5353 or [2001:db8::1]:53, at most {UpdateTarget.MaxServers}, separated by commas.";
        if (string.IsNullOrWhiteSpace(options.Zone))
            yield return "Rfc2136:Zone is not set, nor is Hosting:RecordZone. Name the zone as the server has it.";
        else if (!DomainName.TryParse(options.Zone, out var zone))
            yield return $"Rfc2136:Zone is “{options.Zone}”, which is not a domain name.";
        else if (DomainName.TryParse(configuration["Hosting:RecordZone"] ?? "", out var records) && records!.LabelCount > 0 && !records.Equals(zone) && !records.IsSubDomainOf(zone!))
            yield return $"Rfc2136:Zone is “{options.Zone}”, and Hosting:RecordZone is “{configuration["Hosting:RecordZone"]}”, which is not in that zone: no record could be written. Set it to the zone that contains it.";
        if (options.KeyName.Length == 0)
            yield return "Rfc2136:KeyName is not set. It is the name of the TSIG key, as the server has it.";
        else if (!DomainName.TryParse(options.KeyName, out _))
            yield return $"Rfc2136:KeyName is “{options.KeyName}”, which is not a domain name.";
        if (TsigKey.Algorithm(options.KeyAlgorithm) is null)
            yield return $"Rfc2136:KeyAlgorithm is “{options.KeyAlgorithm}”. Known are {string.Join(", ", TsigKey.Algorithms)}.";
        if (options.KeySecret.Length > 0 == options.KeySecretFile is not null)
            yield return "Set one of Rfc2136:KeySecret and Rfc2136:KeySecretFile: the TSIG key in base64, or a file that contains it.";
        else if (options.KeySecret.Length > 0 && TsigKey.Secret(options.KeySecret) is null)
            yield return "Rfc2136:KeySecret is not base64: copy the value of “secret” without its quotes.";
        if (options.Timeout < Shortest || options.Timeout > Longest)
            yield return "Rfc2136:Timeout must be between 0.1 and 10 seconds (00:00:00.1 … 00:00:10).";
    }
}
