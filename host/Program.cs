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
using MtaSts.Host.Settings;
using MtaSts.Host.Spool;
using MtaSts.Host.Storage;
using MtaSts.Modules.Listening;

if (PasswordReset.IsAsked(args))
{
    Environment.ExitCode = await PasswordReset.RunAsync(args, Console.In, Console.Out, Console.Error);
    return;
}
NativeMemory.ReturnLargeBlocks();
try
{
    var demo = DemoSetup.IsAsked(args);
    // As a setting, --demo would take the argument that follows it for its value.
    var builder = WebApplication.CreateBuilder([.. args.Where(argument => argument != "--demo")]);
    builder.AddDefaults();
    if (demo)
        builder.AddDemoStore();
    var modules = ModuleCatalog.Load(builder.Configuration, TimeProvider.System);
    SettingsCheck.Stop(builder.Configuration, modules);
    builder.AddWaitingRoom();
    builder.AddStorage();
    builder.AddDns();
    builder.AddFetch();
    builder.AddModules(modules);
    builder.AddGrains();
    builder.AddSpool();
    builder.AddBootstrap();
    builder.AddWaitingRoomEnd();
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
    await app.RunAsync();
    // A plug-in's thread that does not end would keep the process.
    Environment.Exit(0);
}
catch (Exception exception)
{
    SettingsCheck.Tell(SettingsCheck.Describe(exception), Console.Error);
    Environment.Exit(1);
}
