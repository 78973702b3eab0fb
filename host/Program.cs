using MtaSts.Host;
using MtaSts.Host.Api;
using MtaSts.Host.Bootstrap;
using MtaSts.Host.Dashboard;
using MtaSts.Host.Demo;
using MtaSts.Host.Dns;
using MtaSts.Host.Fetch;
using MtaSts.Host.Gateway;
using MtaSts.Host.Modules;
using MtaSts.Host.Spool;
using MtaSts.Host.Storage;
using MtaSts.Modules.Listening;

NativeMemory.ReturnLargeBlocks();
var demo = DemoSetup.IsAsked(args);
// As a setting, --demo would take the argument that follows it for its value.
var builder = WebApplication.CreateBuilder([.. args.Where(argument => argument != "--demo")]);
builder.AddDefaults();
if (demo)
    builder.AddDemoStore();
builder.AddWaitingRoom();
builder.AddStorage();
builder.AddDns();
builder.AddFetch();
builder.AddModules();
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
app.UsePublicUrl();
app.MapApi();
app.MapFetch();
app.MapDashboard();
if (demo)
    app.UseDemo();
await app.RunAsync();
