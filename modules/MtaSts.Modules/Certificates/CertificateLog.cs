using Microsoft.Extensions.Logging;

namespace MtaSts.Modules.Certificates;

/// <summary>Log messages about certificate files.</summary>
internal static partial class CertificateLog
{
    [LoggerMessage(1181, LogLevel.Information, "{Name}: certificate loaded, valid until {NotAfter:u}, for {Names}")]
    public static partial void Loaded(ILogger logger, string name, DateTime notAfter, string names);

    [LoggerMessage(1182, LogLevel.Error, "{Name}: the new certificate files are not used, and the previous certificate stays in use. {Problem}")]
    public static partial void Kept(ILogger logger, string name, string problem);

    [LoggerMessage(1183, LogLevel.Information, "{Name}: the certificate files match the certificate in use again")]
    public static partial void Recovered(ILogger logger, string name);

    [LoggerMessage(1184, LogLevel.Warning, "{Name}: the certificate expires at {NotAfter:u}. Less than a third of its lifetime is left, and it has not been renewed. Check its renewal")]
    public static partial void Late(ILogger logger, string name, DateTime notAfter);

    [LoggerMessage(1185, LogLevel.Error, "{Name}: the certificate expires at {NotAfter:u} and has not been renewed. Renew it now; new files are loaded without a restart")]
    public static partial void Urgent(ILogger logger, string name, DateTime notAfter);

    [LoggerMessage(1186, LogLevel.Error, "{Name}: the certificate is valid from {NotBefore:u} to {NotAfter:u}, not now. Clients refuse it. Renew it, and check the clock of this machine")]
    public static partial void NotValid(ILogger logger, string name, DateTime notBefore, DateTime notAfter);

    [LoggerMessage(1187, LogLevel.Information, "{Name}: {Count} certificates of trusted authorities loaded")]
    public static partial void AuthoritiesLoaded(ILogger logger, string name, int count);

    [LoggerMessage(1188, LogLevel.Warning, "{Name}: the certificate does not cover {Names}, which the previous certificate covered. Clients that request them are refused. Issue one for all names; new files are loaded without a restart")]
    public static partial void Lost(ILogger logger, string name, string names);
}
