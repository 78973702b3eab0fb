using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Options;
using MtaSts.Host.Modules;
using MtaSts.Host.Storage;

namespace MtaSts.Host.Settings;

/// <summary>Everything that is wrong with the settings, found before anything is opened, and how it is told.</summary>
internal static class SettingsCheck
{
    /// <summary>Sections that others define.</summary>
    private static readonly string[] Others = ["Logging", "Kestrel", "ConnectionStrings", "Orleans", "AllowedHosts", "OTEL", "DOTNET", "ASPNETCORE"];

    /// <summary>One line for each problem; none: the service may start.</summary>
    public static IReadOnlyList<string> Problems(ConfigurationManager configuration, ModuleCatalog modules)
    {
        SettingProblem[] wrong = [.. StrictSections.Problems(configuration, HostSettings.Sections)];
        // A value that cannot be read is left out, so that the rest of its section can be looked at too.
        var readable = new ConfigurationBuilder().AddInMemoryCollection(configuration.AsEnumerable().Where(setting => setting.Value is not null && !Array.Exists(wrong, problem =>
            setting.Key.Equals(problem.Key, StringComparison.OrdinalIgnoreCase) || setting.Key.StartsWith(problem.Key + ":", StringComparison.OrdinalIgnoreCase)))).Build();
        return [.. wrong.Select(problem => problem.Message).Concat(UnknownSections(configuration)).Concat(SettingsRules.Problems(readable)).Concat(Modules(configuration, modules, wrong)).Distinct(StringComparer.Ordinal)];
    }

    /// <exception cref="SettingsException">Something is wrong: nothing is started.</exception>
    public static void Stop(ConfigurationManager configuration, ModuleCatalog modules)
    {
        if (Problems(configuration, modules) is { Count: > 0 } problems)
            throw new SettingsException(problems);
    }

    /// <summary>What an operator sees instead of a start.</summary>
    public static void Tell(IReadOnlyList<string> problems, TextWriter output)
    {
        output.WriteLine($"MtaSts did not start. {(problems.Count == 1 ? "1 problem" : $"{problems.Count} problems")}:");
        foreach (var problem in problems)
            output.WriteLine("  " + ModuleFault.Line(problem.ReplaceLineEndings(" ")));
    }

    /// <summary>Why a start failed, in lines; what is nobody's mistake but ours comes with its stack.</summary>
    public static IReadOnlyList<string> Describe(Exception exception) => exception switch
    {
        SettingsException wrong => wrong.Problems,
        OptionsValidationException invalid => [.. invalid.Failures],
        AggregateException several => [.. several.InnerExceptions.SelectMany(Describe)],
        StoreException or InvalidOperationException or IOException or UnauthorizedAccessException or System.Net.Sockets.SocketException or System.Data.Common.DbException or FormatException or TimeoutException
            or System.Security.Cryptography.CryptographicException => [exception.Message],
        _ => [$"{exception}"],
    };

    /// <summary>What a module's own validators say, asked in a container that is thrown away.</summary>
    private static IReadOnlyList<string> Invalid(HostedModule module, IConfiguration configuration)
    {
        var services = new ServiceCollection();
        foreach (var service in module.Services)
            ((ICollection<ServiceDescriptor>)services).Add(service);
        using var container = services.AddSingleton(configuration).BuildServiceProvider();
        try
        {
            container.GetService<IStartupValidator>()?.Validate();
            return [];
        }
        catch (Exception exception) when (exception is OptionsValidationException or AggregateException or InvalidOperationException)
        {
            return Describe(exception);
        }
    }

    /// <summary>A whole section that is misspelt. Of the environment only what is near to one of ours: others' variables are nobody's mistake.</summary>
    private static IEnumerable<string> UnknownSections(ConfigurationManager configuration)
    {
        string[] ours = [.. HostSettings.Sections.Select(section => section.Path.Split(':')[0]).Append("Modules").Distinct(StringComparer.OrdinalIgnoreCase)];
        var written = ((IConfigurationRoot)configuration).Providers.Where(provider => provider is CommandLineConfigurationProvider or JsonConfigurationProvider)
            .SelectMany(provider => provider.GetChildKeys([], null).Where(key => provider.GetChildKeys([], key).Any())).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var section in configuration.GetChildren().Where(section => section.GetChildren().Any() && !ours.Contains(section.Key, StringComparer.OrdinalIgnoreCase) && !Others.Contains(section.Key, StringComparer.OrdinalIgnoreCase)))
        {
            var near = ours.FirstOrDefault(name => NearestName.Distance(name.ToLowerInvariant(), section.Key.ToLowerInvariant()) <= Math.Min(2, name.Length / 3));
            if (near is not null || written.Contains(section.Key))
                yield return $"{section.Key} is no section of the settings.{(near is null ? $" Sections are: {string.Join(", ", ours.Order(StringComparer.Ordinal))}." : $" Did you mean {near}?")}";
        }
    }

    private static IEnumerable<string> Modules(ConfigurationManager configuration, ModuleCatalog modules, SettingProblem[] wrong)
    {
        foreach (var module in modules.All.Where(module => module.IsBuiltIn && !Array.Exists(wrong, problem => HostSettings.Sections.Any(section => section.Module == module.Id && problem.Key.StartsWith(section.Path + ":", StringComparison.OrdinalIgnoreCase)))))
        {
            if (!module.IsUsable)
                yield return $"Modules:{module.Id}: {module.Health.Problem}";
            else if (module.IsChosen(configuration) && !string.Equals(configuration["Dashboard:DemoMode"], "true", StringComparison.OrdinalIgnoreCase)) // The demo sets its module's when it has started.
            {
                foreach (var problem in Invalid(module, configuration))
                    yield return problem;
            }
        }
        if (modules.MissesOffers)
            yield break; // What is not known here may be a plug-in's that could not be loaded.
        string[] known = [.. modules.All.Select(module => module.Id!)];
        foreach (var section in configuration.GetSection("Modules").GetChildren().Where(section => !section.Key.Equals("Path", StringComparison.OrdinalIgnoreCase)))
        {
            if (!known.Any(id => id.Replace('.', '_').Equals(section.Key.Replace('.', '_'), StringComparison.OrdinalIgnoreCase)))
                yield return $"Modules:{section.Key}: there is no module with this id.{(NearestName.Of(section.Key, known) is { } near ? $" Did you mean Modules:{near}?" : "")} Present are: {string.Join(", ", known)}.";
        }
        foreach (var (kind, setting) in new[] { (OfferKind.HostnameProvider, "Hosting:Provider"), (OfferKind.DnsProvider, "Hosting:DnsProvider") })
        {
            if (configuration[setting] is { } name && (name.Trim().Length > 0 || kind == OfferKind.HostnameProvider) && !modules.Offering(kind).Any(offer => offer.Offer.IsNamed(kind, name)))
                yield return $"{setting} is “{name}”, which no module offers. Offered are: {modules.Offered(kind)}.";
        }
    }
}

/// <summary>Settings that cannot work, one line each.</summary>
internal sealed class SettingsException(IReadOnlyList<string> problems) : Exception(string.Join('\n', problems))
{
    public IReadOnlyList<string> Problems => problems;
}
