using SocketLab.Transport.Trace;

namespace SocketLab.Explain;

/// <summary>What kind of socket an event is about.</summary>
internal enum Layer
{
    Udp,
    Tcp,
    ZeroMq,
}

internal static class Layers
{
    /// <summary>By the pattern that the role names; for a role that is not ours, by the fields that only one kind of socket fills in.</summary>
    public static Layer Of(TraceEvent e) => Family(e) switch
    {
        "udp-echo" => Layer.Udp,
        "tcp-echo" => Layer.Tcp,
        "reqrep" or "pubsub" or "pipeline" => Layer.ZeroMq,
        _ when e.Frames is not null || e.Kind >= TraceKind.Greeting => Layer.ZeroMq,
        _ when e.Ordinal > 0 && e.Connection == 0 => Layer.Udp,
        _ => Layer.Tcp,
    };

    /// <summary>The role's first word: <c>pubsub</c> of <c>pubsub publisher</c>.</summary>
    public static string Family(TraceEvent e) => e.Role.IndexOf(' ') is > 0 and var end ? e.Role[..end] : e.Role;

    /// <summary>What the field calls the role: <c>publisher</c> of <c>pubsub server</c>; the echoes' roles are called server and client.</summary>
    public static string RoleWord(TraceEvent e)
    {
        var role = e.Role.Split(' ') is [_, var second, ..] ? second : "";
        return (Family(e), role) switch
        {
            ("reqrep", "server") => "replier",
            ("reqrep", "client") => "requester",
            ("pubsub", "server") => "publisher",
            ("pubsub", "client") => "subscriber",
            ("pipeline", "server") => "ventilator",
            ("pipeline", "client") => "worker",
            _ => role,
        };
    }
}
