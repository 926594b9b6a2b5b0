// A POST over plain HTTP: the one that WebRequest needs.
#pragma once
#include <netdb.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

// The status, or the error of MQL: 5200 the address, 5201 the connection, 5203 the request.
inline int HttpPost(const std::string &url, const std::string &headers, const int timeout_ms, const std::string &body, std::string &answer)
  {
   if(url.compare(0, 7, "http://") != 0)
      return 5200;
   size_t slash = url.find('/', 7);
   std::string place = url.substr(7, slash - 7), path = slash == std::string::npos ? "/" : url.substr(slash);
   size_t colon = place.find(':');
   std::string host = place.substr(0, colon), port = colon == std::string::npos ? "80" : place.substr(colon + 1);
   addrinfo wanted = {}, *found = nullptr;
   wanted.ai_family   = AF_INET;
   wanted.ai_socktype = SOCK_STREAM;
   if(getaddrinfo(host.c_str(), port.c_str(), &wanted, &found) != 0)
      return 5201;
   int peer = socket(AF_INET, SOCK_STREAM, 0);
   timeval limit = {timeout_ms / 1000, (timeout_ms % 1000) * 1000};
   setsockopt(peer, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
   setsockopt(peer, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
   bool connected = connect(peer, found->ai_addr, found->ai_addrlen) == 0;
   freeaddrinfo(found);
   // HTTP/1.0: the answer ends with the connection and is never chunked.
   std::string request = "POST " + path + " HTTP/1.0\r\nHost: " + place + "\r\n" + headers + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
   std::string received;
   for(size_t sent = 0; connected && sent < request.size();)
     {
      ssize_t part = send(peer, request.data() + sent, request.size() - sent, MSG_NOSIGNAL);
      if(part <= 0)
         break;
      sent += (size_t)part;
     }
   char piece[4096];
   for(ssize_t part; connected && (part = recv(peer, piece, sizeof piece, 0)) > 0;)
      received.append(piece, (size_t)part);
   close(peer);
   if(!connected)
      return 5201;
   size_t end = received.find("\r\n\r\n");
   if(end == std::string::npos)
      return 5203;
   answer = received.substr(end + 4);
   return std::atoi(received.c_str() + received.find(' '));
  }
