using System.Reflection;
using SocketLab.Transport.Patterns;
using SocketLab.ZeroMq;
using SocketLab.ZeroMq.Tests.Api;

namespace SocketLab.Transport.Tests;

/// <summary>The pattern classes are written against NetMQ's API: what they call is on the list of its members, but for what shows the wire.</summary>
public sealed class PatternSurfaceTests
{
    // Each within #if !NETMQ, or without a meaning there.
    private static readonly string[] OnPurpose =
    [
        "SocketLab.ZeroMq.ZmqSocket: ZmqObserver Observe",
        "SocketLab.ZeroMq.ZmqSocket: IReadOnlyList<ZmqPeerStatistics> Peers",
        "SocketLab.ZeroMq.ZmqSocket: ZmqPeerStatistics GonePeers",
    ];

    private static readonly Type[] WireView =
        [typeof(ZmqEvent), typeof(ZmqEventKind), typeof(ZmqDropKind), typeof(ZmqObserver), typeof(ZmqPeerStatistics)];

    [Fact]
    public void The_patterns_call_what_NetMQ_has_too()
    {
        var called = Called().ToList();
        Assert.Contains("SocketLab.ZeroMq.ZmqSocket: Void Bind(String)", called);
        Assert.True(called.Count > 20, $"only {called.Count} members seen");
        Assert.Equal([], called.Except(Surface.OfNetMQ()).Except(OnPurpose));
    }

    [Fact]
    public void The_patterns_name_no_type_that_NetMQ_has_not()
    {
        var named = Named().ToList();
        Assert.Contains(typeof(ZmqSocket), named);
        Assert.Equal([], named.Except(WireView).Select(t => t.FullName!).Except(Surface.OfNetMQ()));
    }

    // ECMA-335, II.22.38: table 0x01 holds the types of other assemblies that this one names, where no member of theirs is called too.
    private static IEnumerable<Type> Named()
    {
        var module = typeof(Replier).Module;
        for (var token = 0x01000001; ; token++)
        {
            Type type;
            try
            {
                type = module.ResolveType(token);
            }
            catch (ArgumentOutOfRangeException)
            {
                yield break;
            }
            if (type.Assembly == typeof(ZmqSocket).Assembly)
            {
                yield return type;
            }
        }
    }

    // ECMA-335, II.22.25: table 0x0A holds the members of other assemblies that this one names.
    private static IEnumerable<string> Called()
    {
        var module = typeof(Replier).Module;
        for (var token = 0x0A000001; ; token++)
        {
            MemberInfo member;
            try
            {
                member = module.ResolveMember(token)!;
            }
            catch (ArgumentOutOfRangeException)
            {
                yield break;
            }
            catch (ArgumentException)
            {
                continue; // of a generic type, whose arguments are not known here: the engine exports none
            }
            if (member.DeclaringType?.Assembly == typeof(ZmqSocket).Assembly && !WireView.Contains(member.DeclaringType))
            {
                yield return Surface.LineOf(member);
            }
        }
    }
}
