// The one place that says which library serves the patterns. They are written against NetMQ's names; the engine's own names for
// what carries the prefix NetMQ there are mapped here. Build with -p:ZeroMq=NetMQ to be served by the NetMQ package.
#if NETMQ
global using NetMQ;
global using NetMQ.Sockets;
global using ZmqException = NetMQ.NetMQException;
global using ZmqMessage = NetMQ.NetMQMessage;
global using ZmqPoller = NetMQ.NetMQPoller;
global using ZmqSocket = NetMQ.NetMQSocket;
#else
global using SocketLab.ZeroMq;
global using SocketLab.ZeroMq.Sockets;
#endif
