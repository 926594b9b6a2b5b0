// The trade calls of MQL4: one list of orders, where an open position is an order as well.
#pragma once
#include "broker.hpp"

enum { OP_BUY, OP_SELL, OP_BUYLIMIT, OP_SELLLIMIT, OP_BUYSTOP, OP_SELLSTOP };
enum { SELECT_BY_POS, SELECT_BY_TICKET };
enum { MODE_TRADES, MODE_HISTORY };
enum { MODE_BID = 9, MODE_ASK = 10, MODE_POINT = 11, MODE_STOPLEVEL = 14 };
enum { clrNONE = -1 };

inline uint GetTickCount() { return (uint)Milliseconds(); }
inline bool IsConnected() { return world.connected; }
inline bool IsDemo() { return true; }
inline bool IsExpertEnabled() { return world.autotrading; }
inline bool IsTradeContextBusy() { return false; }
inline bool RefreshRates() { return true; }
inline int AccountNumber() { return (int)world.login; }
inline int AccountLeverage() { return 100; }
inline string AccountServer() { return string(world.server); }
inline string AccountCompany() { return string("Check \"Markets\" \\ Ltd"); }
inline string AccountCurrency() { return string("USD"); }
inline double AccountBalance() { return broker.balance; }
inline double AccountEquity() { return Equity(); }
inline double AccountMargin() { return 0; }
inline double AccountFreeMargin() { return Equity(); }
// Unlike in MQL5 the trimmed text is what these return; the argument stays as it was.
[[nodiscard]] inline string StringTrimLeft(const string &text) { size_t at = text.text.find_first_not_of(" \t\r\n"); return at == std::string::npos ? string() : string(text.text.substr(at)); }
[[nodiscard]] inline string StringTrimRight(const string &text) { size_t at = text.text.find_last_not_of(" \t\r\n"); return at == std::string::npos ? string() : string(text.text.substr(0, at + 1)); }
// Unlike in MQL5 a length of 0 stands for all that follows.
inline string StringSubstr(const string &text, const int start, const int length = 0) { return (size_t)start >= text.text.size() ? string() : string(text.text.substr((size_t)start, length <= 0 ? std::string::npos : (size_t)length)); }
inline double MarketInfo(const string &name, const int what)
  {
   Symbol *symbol = broker.Find(name.text);
   return symbol == nullptr ? 0 : what == MODE_BID ? symbol->bid : what == MODE_ASK ? symbol->ask : what == MODE_POINT ? symbol->tick : 0;
  }

struct Selected { long ticket = 0; std::string symbol; int type = 0; double lots = 0, price = 0, exit = 0, sl = 0, tp = 0, profit = 0; long magic = 0, opened = 0, closed = 0; std::string comment; };
inline Selected selected;

inline Selected Of(const Holding &held) { return {held.ticket, held.symbol, held.buys ? OP_BUY : OP_SELL, held.lots, held.price, broker.Exit(held), held.sl, held.tp, broker.Profit(held, held.lots), held.magic, held.time, 0, held.comment}; }
inline Selected Of(const Working &order) { return {order.ticket, order.symbol, order.type, order.lots, order.price, order.price, order.sl, order.tp, 0, order.magic, TimeCurrent(), 0, order.comment}; }
inline Selected Of(const Booking &deal) { return {deal.position, deal.symbol, deal.buys ? OP_BUY : OP_SELL, deal.lots, deal.open_price, deal.price, 0, 0, deal.profit, deal.magic, deal.time, deal.time, ""}; }
inline std::vector<Selected> Closed()
  {
   std::vector<Selected> closed;
   for(auto &deal : broker.deals)
      if(deal.entry == 1)
         closed.push_back(Of(deal));
   return closed;
  }
inline int OrdersTotal() { return (int)(broker.positions.size() + broker.orders.size()); }
inline int OrdersHistoryTotal() { return (int)Closed().size(); }
inline bool OrderSelect(const int which, const int by, const int pool = MODE_TRADES)
  {
   std::vector<Selected> all;
   if(by == SELECT_BY_TICKET || pool == MODE_TRADES)
     {
      for(auto &held : broker.positions) all.push_back(Of(held));
      for(auto &order : broker.orders) all.push_back(Of(order));
     }
   if(by == SELECT_BY_TICKET || pool == MODE_HISTORY)
      for(auto &closed : Closed()) all.push_back(closed);
   for(size_t i = 0; i < all.size(); i++)
      if(by == SELECT_BY_POS ? (int)i == which : all[i].ticket == which)
        {
         selected = all[i];
         return true;
        }
   return false;
  }
inline int OrderTicket() { return (int)selected.ticket; }
inline int OrderType() { return selected.type; }
inline int OrderMagicNumber() { return (int)selected.magic; }
inline string OrderSymbol() { return string(selected.symbol); }
inline string OrderComment() { return string(selected.comment); }
inline double OrderLots() { return selected.lots; }
inline double OrderOpenPrice() { return selected.price; }
inline double OrderClosePrice() { return selected.exit; }
inline double OrderStopLoss() { return selected.sl; }
inline double OrderTakeProfit() { return selected.tp; }
inline double OrderProfit() { return selected.profit; }
inline double OrderSwap() { return 0; }
inline double OrderCommission() { return 0; }
inline datetime OrderOpenTime() { return selected.opened; }
inline datetime OrderCloseTime() { return selected.closed; }
inline datetime OrderExpiration() { return 0; }

inline bool Fails(const int code) { world.last_error = code; return false; }
inline bool Executed(const std::string &what)
  {
   broker.Executed(what);
   int code = broker.Unclear();
   return code == 0 || Fails(code);
  }
inline int OrderSend(const string &symbol, const int type, const double lots, const double price, const int, const double sl, const double tp, const string &comment = nullptr, const int magic = 0, const datetime = 0, const color = clrNONE)
  {
   if(int code = broker.Refusal())
      return Fails(code) ? 0 : -1;
   if(broker.Find(symbol.text) == nullptr)
      return Fails(4106) ? 0 : -1;
   long ticket = 0;
   if(type == OP_BUY || type == OP_SELL)
     {
      if(sl > 0 && (type == OP_BUY) == (sl >= price))
         return Fails(130) ? 0 : -1;
      ticket = broker.Open(symbol.text, type == OP_BUY, lots, sl, tp, magic, comment.text).position;
     }
   else
     {
      ticket = ++broker.next;
      broker.orders.push_back({ticket, symbol.text, type, lots, price, sl, tp, magic, comment.text});
     }
   return Executed("send " + std::to_string(ticket) + " " + comment.text) ? (int)ticket : -1;
  }
inline bool OrderClose(const int ticket, const double lots, const double, const int, const color = clrNONE)
  {
   if(int code = broker.Refusal())
      return Fails(code);
   Holding *held = broker.Position(ticket);
   if(held == nullptr)
      return Fails(4108);
   Holding rest = *held;
   broker.Close(ticket, lots);
   rest.lots = held->lots;
   held->lots = 0;
   broker.Sweep();
   // What is left gets a ticket and a comment of its own.
   if(rest.lots > 0)
     {
      rest.ticket  = ++broker.next;
      rest.comment = "from #" + std::to_string(ticket);
      broker.positions.push_back(rest);
     }
   return Executed("close " + std::to_string(ticket));
  }
inline bool OrderModify(const int ticket, const double price, const double sl, const double tp, const datetime, const color = clrNONE)
  {
   if(int code = broker.Refusal())
      return Fails(code);
   if(Holding *held = broker.Position(ticket))
     {
      if(held->sl == sl && held->tp == tp)
         return Fails(1);
      held->sl = sl;
      held->tp = tp;
     }
   else
      if(Working *order = broker.Order(ticket))
        {
         order->price = price;
         order->sl    = sl;
         order->tp    = tp;
        }
      else
         return Fails(4108);
   return Executed("modify " + std::to_string(ticket));
  }
inline bool OrderDelete(const int ticket, const color = clrNONE)
  {
   if(int code = broker.Refusal())
      return Fails(code);
   for(size_t i = 0; i < broker.orders.size(); i++)
      if(broker.orders[i].ticket == ticket)
        {
         broker.orders.erase(broker.orders.begin() + (long)i);
         return Executed("delete " + std::to_string(ticket));
        }
   return Fails(4108);
  }
