namespace MtaSts.Modules.Local;

/// <summary>HTTPS is terminated by the operator, or not at all while developing.</summary>
public sealed class LocalModule : IModule
{
    /// <inheritdoc/>
    public string Id => LocalHostnameProvider.ProviderId;

    /// <inheritdoc/>
    public void Configure(IModuleBuilder builder) => builder.AddHostnameProvider<LocalHostnameProvider>("Local");
}
