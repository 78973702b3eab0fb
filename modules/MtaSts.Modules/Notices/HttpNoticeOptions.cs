using Microsoft.Extensions.Configuration;

namespace MtaSts.Modules.Notices;

/// <summary>Settings of a module that sends notices by HTTP.</summary>
public sealed class HttpNoticeOptions
{
    /// <summary>Shortest <see cref="Timeout"/>.</summary>
    public static readonly TimeSpan MinTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Longest <see cref="Timeout"/>.</summary>
    public static readonly TimeSpan MaxTimeout = INotifier.MaxTimeout;

    /// <summary>Whether a channel may have an <c>http:</c> URL. Anyone on the network path can read such requests. Default: no.</summary>
    public bool AllowHttp { get; set; }

    /// <summary>Whether a channel's URL may lead to an address that is not public, such as loopback or the operator's network. Default: no, because the owner of a
    /// workspace could otherwise send requests to the operator's internal services.</summary>
    public bool AllowPrivateAddresses { get; set; }

    /// <summary>Time limit of a request, from connecting to the end of the response. Default 15 s; 1 s … 20 s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Reads and validates the section of a module.</summary>
    /// <exception cref="InvalidOperationException">A setting is unknown, or its value cannot be converted.</exception>
    /// <exception cref="FormatException">A value is invalid.</exception>
    public static HttpNoticeOptions Read(IConfigurationSection section)
    {
        var options = new HttpNoticeOptions();
        section.Bind(options, binder => binder.ErrorOnUnknownConfiguration = true);
        return options.Timeout >= MinTimeout && options.Timeout <= MaxTimeout
            ? options
            : throw new FormatException($"Timeout must be between {MinTimeout.TotalSeconds:0} and {MaxTimeout.TotalSeconds:0} seconds ({MinTimeout:c} … {MaxTimeout:c}).");
    }
}
