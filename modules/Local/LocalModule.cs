namespace MtaSts.Modules.Local;

/// <summary>The operator terminates HTTPS; in development nothing does.</summary>
public sealed class LocalModule : IModule
{
    /// <inheritdoc/>
    public string Id => LocalHostnameProvider.ProviderId;

    /// <inheritdoc/>
    public void Configure(IModuleBuilder builder) => builder.AddHostnameProvider<LocalHostnameProvider>("Local");
}
