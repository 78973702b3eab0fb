using MtaSts.Host;
using MtaSts.Host.Api;
using MtaSts.Host.Bootstrap;
using MtaSts.Host.Dashboard;
using MtaSts.Host.Dashboard.Bounds;
using MtaSts.Host.Dashboard.SignIn;
using MtaSts.Host.Demo;
using MtaSts.Host.Dns;
using MtaSts.Host.Fetch;
using MtaSts.Host.Gateway;
using MtaSts.Host.Modules;
using MtaSts.Host.Mx;
using MtaSts.Host.Settings;
using MtaSts.Host.Spool;
using MtaSts.Host.Storage;
using MtaSts.Modules.Listening;
using MtaSts.Storage;

if (PasswordReset.IsAsked(args))
{
    Environment.ExitCode = await PasswordReset.RunAsync(args, Console.In, Console.Out, Console.Error);
    return;
}
try
{
    ArgumentCheck.Stop(args);
    var demo = DemoSetup.IsAsked(args);
    // As a setting, --demo would take the next argument as its value.
    var builder = WebApplication.CreateBuilder([.. args.Where(argument => argument != "--demo")]);
    builder.AddDefaults();
    if (demo)
        builder.AddDemoStore();
    AbsolutePaths.Resolve(builder.Configuration);
    PoolWatch.Start();
    var modules = ModuleCatalog.Load(builder.Configuration, TimeProvider.System);
    SettingsCheck.Stop(builder.Configuration, modules);
    await ListenerRules.StopAsync(builder.Configuration, builder.Configuration.GetSection(StorageOptions.Section).Get<StorageOptions>()?.OwnerTimeout ?? new StorageOptions().OwnerTimeout, TimeProvider.System);
    builder.AddStandInGateway();
    builder.AddStorage();
    builder.AddDns();
    builder.AddFetch();
    builder.AddMxProbe();
    builder.AddModules(modules);
    builder.AddGrains();
    builder.AddSpool();
    builder.AddBootstrap();
    builder.AddStandInGatewayEnd();
    builder.AddGateway();
    builder.AddApi();
    builder.AddDashboard();
    if (demo)
        builder.AddDemo();

    var app = builder.Build();
    app.UseConnectionTable();
    app.UseBounds();
    app.MapApi();
    app.MapFetch();
    app.MapDashboard();
    if (demo)
        app.UseDemo();
    try
    {
        await app.StartAsync();
    }
    catch
    {
        // Stops the started services in order: disposal while they work would report further errors in addition to the cause.
        await Task.WhenAny(app.StopAsync());
        throw;
    }
    await app.WaitForShutdownAsync();
    await app.DisposeAsync();
    // A plug-in's thread that does not end would keep the process alive.
    ProcessEnd.Exit(0);
}
catch (Exception exception)
{
    SettingsCheck.Tell(SettingsCheck.Describe(exception), Console.Error);
    ProcessEnd.Exit(1);
}
