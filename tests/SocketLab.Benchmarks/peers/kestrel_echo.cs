// TCP echo as a ConnectionHandler of ASP.NET Core's Kestrel. Prints its port.
#:sdk Microsoft.NET.Sdk.Web
using System.Buffers;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.ConfigureKestrel(options => options.Listen(IPAddress.Loopback, 0, listen => listen.UseConnectionHandler<Echo>()));
await using var app = builder.Build();
await app.StartAsync();
var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
Console.WriteLine($"READY 127.0.0.1:{address.Split(':')[^1]}");
await app.WaitForShutdownAsync();

internal sealed class Echo : ConnectionHandler
{
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        while (true)
        {
            var read = await connection.Transport.Input.ReadAsync();
            foreach (var piece in read.Buffer)
            {
                await connection.Transport.Output.WriteAsync(piece);
            }
            connection.Transport.Input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return;
            }
        }
    }
}
