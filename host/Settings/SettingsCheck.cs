using Microsoft.Extensions.Options;
using MtaSts.Host.Modules;
using MtaSts.Modules.Listening;
using MtaSts.Storage;

namespace MtaSts.Host.Settings;

/// <summary>Finds all errors in the settings before anything is opened, and reports them.</summary>
internal static class SettingsCheck
{
    /// <summary>One line for each problem; none: the service may start.</summary>
    public static IReadOnlyList<string> Problems(ConfigurationManager configuration, ModuleCatalog modules)
    {
        SettingProblem[] wrong = [.. StrictSections.Problems(configuration, HostSettings.Sections)];
        // Invalid values are left out, so that the rest of their section can be checked too.
        var readable = new ConfigurationBuilder().AddInMemoryCollection(configuration.AsEnumerable().Where(setting => setting.Value is not null && !Array.Exists(wrong, problem =>
            setting.Key.Equals(problem.Key, StringComparison.OrdinalIgnoreCase) || setting.Key.StartsWith(problem.Key + ":", StringComparison.OrdinalIgnoreCase)))).Build();
        return [.. wrong.Select(problem => problem.Message).Concat(UnknownKeys.Problems(configuration)).Concat(UnknownKeys.Doubled(Environment.GetEnvironmentVariables())).Concat(SettingsRules.Problems(readable)).Concat(Modules(configuration, modules, wrong)).Distinct(StringComparer.Ordinal)];
    }

    /// <exception cref="SettingsException">The settings have errors: nothing is started.</exception>
    public static void Stop(ConfigurationManager configuration, ModuleCatalog modules)
    {
        if (Problems(configuration, modules) is { Count: > 0 } problems)
            throw new SettingsException(problems);
    }

    /// <summary>Reports unknown settings and values of the wrong type, for a command without required settings.</summary>
    public static void StopUnknown(ConfigurationManager configuration)
    {
        string[] problems = [.. StrictSections.Problems(configuration, HostSettings.Sections).Select(problem => problem.Message).Concat(UnknownKeys.Problems(configuration))];
        if (problems.Length > 0)
            throw new SettingsException(problems);
    }

    /// <summary>Writes the problems for the operator.</summary>
    public static void Tell(IReadOnlyList<string> problems, TextWriter output)
    {
        output.WriteLine($"MtaSts did not start. {(problems.Count == 1 ? "1 problem" : $"{problems.Count} problems")}:");
        foreach (var problem in problems)
            output.WriteLine("  " + ModuleFault.Line(problem.ReplaceLineEndings(" ")));
    }

    /// <summary>Why a start failed, in lines; unexpected exceptions include their stack.</summary>
    public static IReadOnlyList<string> Describe(Exception exception) => exception switch
    {
        SettingsException wrong => wrong.Problems,
        IOException { InnerException: Microsoft.AspNetCore.Connections.AddressInUseException } or System.Net.Sockets.SocketException => [$"Dashboard:Url: {exception.Message} Set it to an address and port that this process may use."], // The other listeners name their setting themselves.
        OptionsValidationException invalid => [.. invalid.Failures],
        AggregateException several => [.. several.InnerExceptions.SelectMany(Describe)],
        StoreException or InvalidOperationException or IOException or UnauthorizedAccessException or System.Data.Common.DbException or FormatException or TimeoutException
            or System.Security.Cryptography.CryptographicException => [exception.Message],
        _ => [$"{exception}"],
    };

    /// <summary>Results of a module's own validators, run in a temporary container.</summary>
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

    private static IEnumerable<string> Modules(ConfigurationManager configuration, ModuleCatalog modules, SettingProblem[] wrong)
    {
        foreach (var module in modules.All.Where(module => module.IsBuiltIn && !Array.Exists(wrong, problem => HostSettings.Sections.Any(section => section.Module == module.Id && problem.Key.StartsWith(section.Path + ":", StringComparison.OrdinalIgnoreCase)))))
        {
            if (!module.IsUsable)
                yield return $"Modules:{module.Id}: {module.Health.Problem}";
            else if (module.IsChosen(configuration) && !string.Equals(configuration["Dashboard:DemoMode"], "true", StringComparison.OrdinalIgnoreCase)) // The demo sets its module's settings after the start.
            {
                foreach (var problem in Invalid(module, configuration))
                    yield return problem;
            }
        }
        if (modules.MissesOffers)
            yield break; // An unknown section may belong to a plug-in that could not be loaded.
        string[] known = [.. modules.All.Select(module => module.Id!)];
        foreach (var section in configuration.GetSection("Modules").GetChildren().Where(section => !section.Key.Equals("Path", StringComparison.OrdinalIgnoreCase)))
        {
            if (!known.Any(id => id.Replace('.', '_').Equals(section.Key.Replace('.', '_'), StringComparison.OrdinalIgnoreCase)))
                yield return $"Modules:{section.Key}: there is no module with this id.{(NearestName.Of(section.Key, known) is { } near ? $" Did you mean Modules:{near}?" : "")} Present are: {string.Join(", ", known)}.";
        }
        string[] sources = ["source.https", .. modules.All.Where(module => module.Offers.Any(offer => offer.Kind == OfferKind.ReportSource)).Select(module => module.Id!)];
        foreach (var name in StrictAddress.Entries(configuration["Spool:Sources"]).Where(name => name != "source.upload" && !sources.Contains(name, StringComparer.Ordinal)))
            yield return $"Spool:Sources contains “{name}”, which is not a report source.{(NearestName.Of(name, sources) is { } near ? $" Did you mean {near}?" : "")} Known are: {string.Join(", ", sources)}; separate several by commas.";
        foreach (var (kind, setting) in new[] { (OfferKind.HostnameProvider, "Hosting:Provider"), (OfferKind.DnsProvider, "Hosting:DnsProvider") })
        {
            if (configuration[setting] is { } name && (name.Trim().Length > 0 || kind == OfferKind.HostnameProvider) && !modules.Offering(kind).Any(offer => offer.Offer.IsNamed(kind, name)))
                yield return $"{setting} is “{name}”, which no module offers. Offered are: {modules.Offered(kind)}.";
        }
    }
}

/// <summary>Invalid settings, one line each.</summary>
internal sealed class SettingsException(IReadOnlyList<string> problems) : Exception(string.Join('\n', problems))
{
    public IReadOnlyList<string> Problems => problems;
}
